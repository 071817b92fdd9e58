// Large text and high contrast (适老化): remembered in this browser, without cookies.
'use strict';
const modes = ['large', 'contrast'];
const root = document.documentElement;
const kept = (mode) => { try { return localStorage.getItem(mode) === 'on'; } catch { return false; } };
const keep = (mode, on) => { try { localStorage.setItem(mode, on ? 'on' : 'off'); } catch { /* shown all the same, until the next page */ } };
for (const mode of modes) root.classList.toggle(mode, kept(mode)); // before anything is painted

document.addEventListener('DOMContentLoaded', () => {
  for (const group of document.querySelectorAll('.display')) group.hidden = false;
  for (const button of document.querySelectorAll('[data-display]')) {
    const mode = button.dataset.display;
    button.hidden = false;
    if (mode === 'print') {
      button.addEventListener('click', () => print());
      continue;
    }
    const show = () => button.setAttribute('aria-pressed', String(root.classList.contains(mode)));
    button.addEventListener('click', () => {
      keep(mode, root.classList.toggle(mode));
      show();
    });
    show();
  }
});
