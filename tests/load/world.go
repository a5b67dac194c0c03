package main

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// gadgetCRD is a kind of two rules: one that is cheap, and one that a long list makes use up what
// an expression may cost.
const gadgetCRD = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.com}
spec:
  group: example.com
  names: {kind: Gadget, plural: gadgets}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            x-kubernetes-validations:
            - {rule: "!has(self.size) || self.size != 4"}
            - {rule: "!has(self.items) || self.items.all(x, self.items.exists(y, y == x))"}
            properties:
              size: {type: integer, default: 3, maximum: %d}
              items: {type: array, maxItems: 1000, items: {type: integer}}
              text: {type: string}
              choice: {type: string, enum: [a, b]}
`

// gadget is a review of a Gadget with this spec.
func gadget(name string, spec any, allowed bool) review {
	body, err := json.Marshal(map[string]any{"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1",
		"request": map[string]any{
			"uid": name, "name": "g", "namespace": "default", "operation": "CREATE",
			"kind":     map[string]any{"group": "example.com", "version": "v1", "kind": "Gadget"},
			"resource": map[string]any{"group": "example.com", "version": "v1", "resource": "gadgets"},
			"object": map[string]any{"apiVersion": "example.com/v1", "kind": "Gadget",
				"metadata": map[string]any{"name": "g"}, "spec": spec}}})
	if err != nil {
		fatal(err)
	}
	return newReview(name, "/validate", body, allowed)
}

func numbers(count int) []int {
	list := make([]int, count)
	for i := range list {
		list[i] = i
	}
	return list
}

// usualReviews are what a cluster sends all day.
func usualReviews() []review {
	return []review{
		recorded("myapp-valid", "/validate", true),
		recorded("myapp-invalid", "/validate", false),
		recorded("myapp-create-defaults", "/mutate", true),
		gadget("gadget", map[string]any{"size": 2}, true),
		gadget("gadget-denied", map[string]any{"size": 4}, false),
	}
}

// world is what a fault happens to: files, replicas, the Service before them, load on it.
type world struct {
	folder   string
	certs    string
	schemas  string
	config   string
	options  []string // of every replica
	identity *tls.Certificate
	replicas []*replica
	balancer *balancer
	load     *load
}

func newWorld() (*world, error) {
	folder, err := os.MkdirTemp("", "pratique-world-")
	if err != nil {
		return nil, err
	}
	w := &world{folder: folder, certs: filepath.Join(folder, "certs"), schemas: filepath.Join(folder, "schemas"),
		config: filepath.Join(folder, "pratique.yaml")}
	if err := w.runCerts("init"); err != nil {
		return w, err
	}
	if err := os.CopyFS(w.schemas, os.DirFS(filepath.Join(sources, "schemas"))); err != nil {
		return w, err
	}
	if err := w.writeGadget(5); err != nil {
		return w, err
	}
	if err := os.WriteFile(w.config, []byte("unmatched: allow\n"), 0o644); err != nil {
		return w, err
	}
	w.balancer, err = startBalancer()
	return w, err
}

func (w *world) close() {
	if w.load != nil {
		w.load.stop()
		w.load = nil
	}
	if w.balancer != nil {
		w.balancer.close()
	}
	for _, r := range w.replicas {
		r.discard()
	}
	os.RemoveAll(w.folder)
}

func (w *world) writeGadget(maximum int) error {
	return os.WriteFile(filepath.Join(w.schemas, "gadget.yaml"), fmt.Appendf(nil, gadgetCRD, maximum), 0o644)
}

// runCerts runs `pratique certs` on the folder.
func (w *world) runCerts(command string, options ...string) error {
	arguments := append([]string{"certs", command, "--certs", w.certs}, options...)
	output, err := exec.Command(program, arguments...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("pratique certs %s: %w: %s", command, err, output)
	}
	return nil
}

func (w *world) bundle() []byte {
	text, _ := os.ReadFile(filepath.Join(w.certs, "ca.crt"))
	return text
}

// addReplica starts one behind the balancer and waits until connections go there.
func (w *world) addReplica(stderr *os.File, options ...string) (*replica, error) {
	options = append([]string{"--certs", w.certs, "--schemas", w.schemas, "--config", w.config,
		"--drain-delay", drainDelay}, append(w.options, options...)...)
	r, err := startReplica(stderr, options...)
	if err != nil {
		return nil, err
	}
	w.replicas = append(w.replicas, r)
	w.balancer.follow(r)
	return r, until("a replica is known to be ready", func() bool { return w.balancer.knows(r) }, r.exited)
}

// forget takes a replica that has ended out of the world.
func (w *world) forget(r *replica) {
	for i, other := range w.replicas {
		if other == r {
			w.replicas = append(w.replicas[:i], w.replicas[i+1:]...)
			return
		}
	}
}

// startLoad begins the usual calls and waits until they are under way.
func (w *world) startLoad() error {
	w.load = startLoad(w.balancer.address(), w.bundle(), w.identity, usualReviews())
	return w.load.settle(nil)
}

// reloads waits until a part has been reloaded once more with this result, after change.
func reloads(r *replica, part, result string, change func() error) error {
	series := fmt.Sprintf("pratique_reloads_total{part=%q,result=%q}", part, result)
	before := r.metric(series)
	if err := change(); err != nil {
		return err
	}
	return until(part+" is reloaded: "+result, func() bool { return r.metric(series) > before }, r.exited)
}
