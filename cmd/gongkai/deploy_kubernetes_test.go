// The manifests: what they name is there, what is probed is served, and the
// public side is parted from the restricted one.

package main

import (
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// object is one of Kubernetes.
type object struct {
	file      string
	namespace string
	kind      string
	name      string
	body      map[string]any
}

// kustomized reads a kustomization as far as ours use it: resources, a
// namespace for all, image names, generated ConfigMaps.
func kustomized(t *testing.T, folder string) (all []object) {
	t.Helper()
	k := yamls(t, folder, deployed(t, folder+"/kustomization.yaml"))[0]
	for _, name := range texts(k["resources"]) {
		to := path.Join(folder, name)
		if at, err := os.Stat(filepath.Join(deployFolder, to)); err == nil && at.IsDir() {
			all = append(all, kustomized(t, to)...)
			continue
		}
		for _, body := range yamls(t, to, deployed(t, to)) {
			o := object{to, str(body, "metadata", "namespace"), str(body, "kind"), str(body, "metadata", "name"), body}
			if given, ok := k["namespace"].(string); ok {
				o.namespace = given
			}
			all = append(all, o)
		}
	}
	for _, g := range list(k["configMapGenerator"]) {
		o := object{folder, str(g, "namespace"), "ConfigMap", str(g, "name"), map[string]any{}}
		for _, name := range texts(at(g, "envs")) {
			o.body = lined(deployed(t, folder+"/"+name))
		}
		all = append(all, o)
	}
	return all
}

// lined are the variables of a file, one to a line.
func lined(text string) map[string]any {
	out := map[string]any{}
	for line := range strings.Lines(text) {
		if name, value, found := strings.Cut(strings.TrimSpace(line), "="); found && line[0] != '#' {
			out[name] = value
		}
	}
	return out
}

func list(v any) []any { l, _ := v.([]any); return l }

func str(v any, keys ...string) string {
	if found := at(v, keys...); found != nil {
		return fmt.Sprint(found)
	}
	return ""
}

const overlay = "kubernetes/example"

func manifests(t *testing.T, kind string) (of []object) {
	t.Helper()
	for _, o := range kustomized(t, overlay) {
		if o.kind == kind {
			of = append(of, o)
		}
	}
	if len(of) == 0 {
		t.Fatal("no", kind)
	}
	return of
}

// secretSettings stand in Secrets, which the manifests name and do not hold.
var secretSettings = map[string]map[string]string{
	"gongkai": {"GONGKAI_MONGODB_URI": "mongodb://db1/gongkai", "GONGKAI_PUBLIC_MONGODB_URI": "mongodb://db2/gongkai_public", "GONGKAI_REDIS_URL": "redis://redis:6379/0",
		"GONGKAI_MEILI_KEY": "k", "GONGKAI_SECRET": strings.Repeat("s", 32), "GONGKAI_ORIGINALS_KEY": "k", "GONGKAI_ORIGINALS_SECRET": "s", "GONGKAI_PUBLIC_FILES_KEY": "k", "GONGKAI_PUBLIC_FILES_SECRET": "s"},
	"gongkai-content": {"GONGKAI_PUBLIC_MONGODB_URI": "mongodb://db2/gongkai_public", "GONGKAI_MEILI_KEY": "k", "GONGKAI_PUBLIC_FILES_KEY": "k", "GONGKAI_PUBLIC_FILES_SECRET": "s"},
}

func TestPodsRunTheProgramAsItIs(t *testing.T) {
	for _, d := range manifests(t, "Deployment") {
		pod := at(d.body, "spec", "template", "spec")
		c := list(at(pod, "containers"))[0]
		args := texts(at(c, "args"))
		component := componentOf(args)
		if component != d.name {
			t.Errorf("%s runs %v", d.name, args)
		}
		settings := configured(t, d, c)
		parses(t, d.name, settings, args)
		names := slices.Collect(maps.Keys(settings))
		unknown(t, d.name, names)
		if component == "content" {
			openToPublic(t, d.name, names)
		}
		if port := str(list(at(c, "ports"))[0], "containerPort"); port != portOf(component) {
			t.Errorf("%s listens on %s", d.name, port)
		}
		for probe, wants := range map[string]string{"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"} {
			if got := str(c, probe, "httpGet", "path"); got != wants || str(c, probe, "httpGet", "port") != str(list(at(c, "ports"))[0], "name") {
				t.Errorf("%s: its %s asks %s", d.name, probe, got)
			}
		}
		if str(c, "image") != "gongkai" || str(c, "securityContext", "readOnlyRootFilesystem") != "true" || str(c, "securityContext", "allowPrivilegeEscalation") != "false" ||
			str(pod, "securityContext", "runAsNonRoot") != "true" || str(pod, "automountServiceAccountToken") != "false" || str(c, "resources", "limits", "memory") == "" {
			t.Errorf("%s is not confined", d.name)
		}
	}
}

// configured are the settings of a container: ConfigMap, Secret, its own.
func configured(t *testing.T, d object, container any) map[string]string {
	t.Helper()
	settings := map[string]string{}
	for _, from := range list(at(container, "envFrom")) {
		if name := str(from, "configMapRef", "name"); name != "" {
			i := slices.IndexFunc(manifests(t, "ConfigMap"), func(o object) bool { return o.name == name && o.namespace == d.namespace })
			if i < 0 {
				t.Fatalf("%s: there is no ConfigMap %s in %s", d.name, name, d.namespace)
			}
			for key, value := range manifests(t, "ConfigMap")[i].body {
				if secret(key) {
					t.Errorf("%s stands in a ConfigMap", key)
				}
				settings[key] = fmt.Sprint(value)
			}
		}
		if name := str(from, "secretRef", "name"); name != "" {
			if secretSettings[name] == nil || !strings.Contains(deployed(t, overlay+"/kustomization.yaml"), "-n "+d.namespace+" create secret generic "+name+" ") {
				t.Errorf("%s: nobody is told to make the Secret %s in %s", d.name, name, d.namespace)
			}
			maps.Copy(settings, secretSettings[name])
		}
	}
	for _, e := range list(at(container, "env")) {
		settings[str(e, "name")] = str(e, "value")
	}
	return settings
}

func secret(env string) bool {
	return slices.ContainsFunc(settings(), func(s setting) bool { return s.env == env && s.secret })
}

func TestTheKustomizationPinsTheImage(t *testing.T) {
	k := yamls(t, overlay, deployed(t, overlay+"/kustomization.yaml"))[0]
	for _, i := range list(k["images"]) {
		if image := str(i, "newName") + ":" + str(i, "newTag"); !pinned.MatchString(image) {
			t.Errorf("%s is no fixed version", image)
		}
	}
}

// labelled tells whether a selector finds pods in a namespace.
func labelled(t *testing.T, namespace string, selector map[string]any) (names []string) {
	t.Helper()
	for _, d := range manifests(t, "Deployment") {
		labels, _ := at(d.body, "spec", "template", "metadata", "labels").(map[string]any)
		fits := d.namespace == namespace
		for key, value := range selector {
			fits = fits && labels[key] == value
		}
		if fits {
			names = append(names, d.name)
		}
	}
	return names
}

func matchLabels(v any, keys ...string) map[string]any {
	m, _ := at(v, append(keys, "matchLabels")...).(map[string]any)
	return m
}

func TestSelectorsFindWhatTheyMean(t *testing.T) {
	for _, d := range manifests(t, "Deployment") {
		if found := labelled(t, d.namespace, matchLabels(d.body, "spec", "selector")); !slices.Equal(found, []string{d.name}) {
			t.Errorf("the Deployment %s finds %v", d.name, found)
		}
		if !slices.ContainsFunc(manifests(t, "Namespace"), func(o object) bool { return o.name == d.namespace }) {
			t.Errorf("%s: there is no namespace %s", d.name, d.namespace)
		}
	}
	for _, b := range manifests(t, "PodDisruptionBudget") {
		if found := labelled(t, b.namespace, matchLabels(b.body, "spec", "selector")); !slices.Equal(found, []string{b.name}) {
			t.Errorf("the budget %s finds %v", b.name, found)
		}
	}
	for _, s := range manifests(t, "Service") {
		selector, _ := at(s.body, "spec", "selector").(map[string]any)
		if found := labelled(t, s.namespace, selector); !slices.Equal(found, []string{s.name}) {
			t.Errorf("the Service %s finds %v", s.name, found)
		}
	}
	for _, h := range manifests(t, "HorizontalPodAutoscaler") {
		if to := at(h.body, "spec", "scaleTargetRef"); str(to, "kind") != "Deployment" || str(to, "name") != h.name {
			t.Errorf("%s scales %v", h.name, to)
		}
	}
	for _, n := range manifests(t, "NetworkPolicy") {
		if found := labelled(t, n.namespace, matchLabels(n.body, "spec", "podSelector")); len(found) == 0 {
			t.Errorf("the policy %s in %s is about nobody", n.name, n.namespace)
		}
	}
}

// neighbours are the namespaces of a cluster that the policies may name.
var neighbours = []string{"kube-system", "ingress-nginx", "monitoring"}

func TestNothingIsOpenThatNoPolicyNames(t *testing.T) {
	for _, namespace := range []string{"gongkai", "gongkai-public"} {
		shut := slices.ContainsFunc(manifests(t, "NetworkPolicy"), func(o object) bool {
			return o.namespace == namespace && len(matchLabels(o.body, "spec", "podSelector")) == 0 && at(o.body, "spec", "ingress") == nil && at(o.body, "spec", "egress") == nil &&
				slices.Equal(texts(at(o.body, "spec", "policyTypes")), []string{"Ingress", "Egress"})
		})
		if !shut {
			t.Errorf("no policy shuts %s", namespace)
		}
	}
	for _, n := range manifests(t, "NetworkPolicy") {
		for _, direction := range []string{"ingress", "egress"} {
			for _, rule := range list(at(n.body, "spec", direction)) {
				peers := append(list(at(rule, "from")), list(at(rule, "to"))...)
				if len(peers) == 0 || len(list(at(rule, "ports"))) == 0 {
					t.Errorf("%s in %s opens everything", n.name, n.namespace)
				}
				for _, p := range peers {
					named := str(matchLabels(p, "namespaceSelector")["kubernetes.io/metadata.name"])
					if cidr := str(p, "ipBlock", "cidr"); cidr != "" {
						documentary(t, n.name, cidr)
					} else if !slices.Contains(neighbours, named) {
						t.Errorf("%s in %s lets in %v", n.name, n.namespace, p)
					}
				}
			}
		}
	}
}

// documentary: addresses of engines in the example are nobody's.
func documentary(t *testing.T, where, cidr string) {
	t.Helper()
	p, err := netip.ParsePrefix(cidr)
	for _, nobodys := range []string{"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"} {
		if err == nil && netip.MustParsePrefix(nobodys).Contains(p.Addr()) && p.Bits() >= 24 {
			return
		}
	}
	t.Errorf("%s names %s", where, cidr)
}

// The public side reaches three engines, and none that is restricted.
func TestThePublicSideReachesThreeEngines(t *testing.T) {
	reach := map[string][]string{}
	for _, n := range manifests(t, "NetworkPolicy") {
		for _, rule := range list(at(n.body, "spec", "egress")) {
			for _, p := range list(at(rule, "to")) {
				if cidr := str(p, "ipBlock", "cidr"); cidr != "" {
					at := cidr + " " + str(list(at(rule, "ports"))[0], "port")
					reach[n.namespace+" "+n.name] = append(reach[n.namespace+" "+n.name], at)
				}
			}
		}
	}
	if got := reach["gongkai-public engines"]; len(got) != 3 || strings.Contains(strings.Join(got, " "), "192.0.2.") {
		t.Errorf("the public side reaches %v", got)
	}
	for _, restricted := range reach["gongkai editorial-engines"] {
		if slices.Contains(reach["gongkai-public engines"], restricted) {
			t.Errorf("the public side reaches %s, where restricted things are", restricted)
		}
	}
}

func TestIngressesShowWhatIsServedAndHideWhatIsTheOperators(t *testing.T) {
	for _, i := range manifests(t, "Ingress") {
		for _, rule := range list(at(i.body, "spec", "rules")) {
			for _, p := range list(at(rule, "http", "paths")) {
				shown, service := str(p, "path"), str(p, "backend", "service", "name")
				if !slices.Contains(served[service], shown) || shown == "/metrics" || shown == "/readyz" || shown == "/healthz" {
					t.Errorf("%s shows %s of %s", i.name, shown, service)
				}
				if !slices.ContainsFunc(manifests(t, "Service"), func(o object) bool { return o.name == service && o.namespace == i.namespace }) {
					t.Errorf("%s leads to %s, which is not in %s", i.name, service, i.namespace)
				}
				if i.namespace == "gongkai-public" && shown != "/content/v1/" || str(rule, "host") == publicName && shown != "/content/v1/" && shown != "/hooks/" {
					t.Errorf("the public sees %s", shown)
				}
			}
		}
	}
}
