package node

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The resource metrics API (`kubectl top`, autoscalers), answered from what the kubelet knows at that moment. On one
// node this needs neither a cache nor informers. The API server has authenticated and authorized each request before
// it passes it on; that it comes from there, its front proxy certificate proves.

const metricsPort = 4443

type metricsServer struct {
	name string // the node
	api  *api
}

// serveMetrics listens until the node stops.
func (n *inside) serveMetrics() error {
	roots, err := certPool(pki + "/front-proxy-ca.crt")
	if err != nil {
		return err
	}
	kubeletAPI, err := newAPI(n.server(), pki, "metrics")
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(n.addresses.Node().String(), strconv.Itoa(metricsPort)))
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: metricsServer{n.Config.Name, kubeletAPI}, ReadHeaderTimeout: 10 * time.Second,
		TLSConfig: &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: roots, MinVersion: tls.VersionTLS12,
			GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
				pair, err := tls.LoadX509KeyPair(pki+"/metrics.crt", pki+"/metrics.key")
				return &pair, err
			}},
	}
	go func() {
		<-n.stopping.Done()
		_ = server.Close()
	}()
	go func() {
		if err := server.ServeTLS(listener, "", ""); err != nil && n.stopping.Err() == nil {
			n.journal.write("problem", "metrics", err.Error())
		}
	}()
	return nil
}

const metricsRoot = "/apis/metrics.k8s.io/v1beta1"

func (m metricsServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(strings.TrimPrefix(r.URL.Path, metricsRoot), "/"), "/")
	var answer any
	var err error
	switch {
	case r.Method != http.MethodGet:
		err = statusError{http.StatusMethodNotAllowed, "the server does not allow this method on the requested resource"}
	case r.URL.Path == metricsRoot:
		answer = metricsResources
	case !strings.HasPrefix(r.URL.Path, metricsRoot+"/"):
		err = statusError{http.StatusNotFound, "the server could not find the requested resource"}
	case parts[0] == "nodes" && len(parts) <= 2:
		answer, err = m.nodes(r.Context(), r.URL.Query(), parts[1:])
	case parts[0] == "pods" && len(parts) == 1:
		answer, err = m.pods(r.Context(), r.URL.Query(), "", "")
	case parts[0] == "namespaces" && len(parts) == 3 && parts[2] == "pods":
		answer, err = m.pods(r.Context(), r.URL.Query(), parts[1], "")
	case parts[0] == "namespaces" && len(parts) == 4 && parts[2] == "pods":
		answer, err = m.pods(r.Context(), r.URL.Query(), parts[1], parts[3])
	default:
		err = statusError{http.StatusNotFound, "the server could not find the requested resource"}
	}
	code := http.StatusOK
	if err != nil {
		code = http.StatusInternalServerError
		if status, ok := err.(statusError); ok {
			code = status.code
		}
		answer = map[string]any{"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": err.Error(), "code": code,
			"reason": map[int]string{http.StatusNotFound: "NotFound", http.StatusMethodNotAllowed: "MethodNotAllowed"}[code]}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(answer)
}

var metricsResources = map[string]any{"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "metrics.k8s.io/v1beta1", "resources": []map[string]any{
	{"name": "nodes", "singularName": "", "namespaced": false, "kind": "NodeMetrics", "verbs": []string{"get", "list"}},
	{"name": "pods", "singularName": "", "namespaced": true, "kind": "PodMetrics", "verbs": []string{"get", "list"}},
}}

// usage is what the kubelet reports for a node or a container.
type usage struct {
	CPU struct {
		Time           time.Time `json:"time"`
		UsageNanoCores *uint64   `json:"usageNanoCores"`
	} `json:"cpu"`
	Memory struct {
		WorkingSetBytes *uint64 `json:"workingSetBytes"`
	} `json:"memory"`
}

func (u usage) known() bool { return u.CPU.UsageNanoCores != nil && u.Memory.WorkingSetBytes != nil }

func (u usage) quantities() map[string]string {
	return map[string]string{"cpu": fmt.Sprintf("%dn", *u.CPU.UsageNanoCores), "memory": fmt.Sprintf("%dKi", *u.Memory.WorkingSetBytes>>10)}
}

type summary struct {
	Node usage `json:"node"`
	Pods []struct {
		PodRef     struct{ Name, Namespace string } `json:"podRef"`
		Containers []struct {
			Name string `json:"name"`
			usage
		} `json:"containers"`
	} `json:"pods"`
}

func (m metricsServer) summary(ctx context.Context) (summary, error) {
	var s summary
	err := m.api.get(ctx, "/api/v1/nodes/"+m.name+"/proxy/stats/summary?only_cpu_and_memory=true", &s)
	return s, err
}

type object struct {
	Metadata struct {
		Name      string            `json:"name"`
		Namespace string            `json:"namespace,omitempty"`
		Labels    map[string]string `json:"labels,omitempty"`
	} `json:"metadata"`
}

// selected asks the API server which objects exist and match, so that selectors mean what they mean everywhere.
func (m metricsServer) selected(ctx context.Context, path string, query url.Values) ([]object, error) {
	only := url.Values{}
	for _, key := range []string{"labelSelector", "fieldSelector"} {
		if value := query.Get(key); value != "" {
			only.Set(key, value)
		}
	}
	var list struct{ Items []object }
	err := m.api.get(ctx, path+"?"+only.Encode(), &list)
	return list.Items, err
}

func metric(kind string, o object, at time.Time) map[string]any {
	o2 := o.Metadata
	return map[string]any{"kind": kind, "apiVersion": "metrics.k8s.io/v1beta1", "timestamp": at.UTC().Format(time.RFC3339), "window": "10s",
		"metadata": map[string]any{"name": o2.Name, "namespace": o2.Namespace, "labels": o2.Labels, "creationTimestamp": at.UTC().Format(time.RFC3339)}}
}

func (m metricsServer) nodes(ctx context.Context, query url.Values, name []string) (any, error) {
	if len(name) == 1 {
		query = url.Values{"fieldSelector": {"metadata.name=" + name[0]}}
	}
	nodes, err := m.selected(ctx, "/api/v1/nodes", query)
	if err != nil {
		return nil, err
	}
	s, err := m.summary(ctx)
	if err != nil {
		return nil, err
	}
	items := []any{}
	for _, o := range nodes {
		if o.Metadata.Name == m.name && s.Node.known() {
			item := metric("NodeMetrics", o, s.Node.CPU.Time)
			item["usage"] = s.Node.quantities()
			items = append(items, item)
		}
	}
	return oneOrList(items, "NodeMetricsList", strings.Join(name, ""))
}

func (m metricsServer) pods(ctx context.Context, query url.Values, namespace, name string) (any, error) {
	path := "/api/v1/pods"
	if namespace != "" {
		path = "/api/v1/namespaces/" + url.PathEscape(namespace) + "/pods"
	}
	if name != "" {
		query = url.Values{"fieldSelector": {"metadata.name=" + name}}
	}
	pods, err := m.selected(ctx, path, query)
	if err != nil {
		return nil, err
	}
	s, err := m.summary(ctx)
	if err != nil {
		return nil, err
	}
	wanted := map[[2]string]object{}
	for _, o := range pods {
		wanted[[2]string{o.Metadata.Namespace, o.Metadata.Name}] = o
	}
	items := []any{}
	for _, pod := range s.Pods {
		o, found := wanted[[2]string{pod.PodRef.Namespace, pod.PodRef.Name}]
		containers := []any{}
		at := time.Now()
		for _, c := range pod.Containers {
			if c.known() {
				containers = append(containers, map[string]any{"name": c.Name, "usage": c.quantities()})
				at = c.CPU.Time
			}
		}
		if found && len(containers) > 0 && len(containers) == len(pod.Containers) {
			item := metric("PodMetrics", o, at)
			item["containers"] = containers
			items = append(items, item)
		}
	}
	return oneOrList(items, "PodMetricsList", name)
}

func oneOrList(items []any, kind, name string) (any, error) {
	if name == "" {
		return map[string]any{"kind": kind, "apiVersion": "metrics.k8s.io/v1beta1", "metadata": map[string]any{}, "items": items}, nil
	}
	if len(items) == 0 {
		return nil, statusError{http.StatusNotFound, "no metrics of " + name + " are known yet"}
	}
	return items[0], nil
}
