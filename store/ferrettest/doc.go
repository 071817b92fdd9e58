// Package ferrettest runs the store's suite against FerretDB v1, embedded with
// its SQLite backend: the protocol without a server to install. It is a module
// of its own so that nothing of FerretDB reaches the program.
package ferrettest
