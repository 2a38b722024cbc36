package node

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// api speaks to the API server with one of the node's certificates.
type api struct {
	server string
	client *http.Client
}

func newAPI(server, pki, user string) (*api, error) {
	roots, err := certPool(filepath.Join(pki, "ca.crt"))
	if err != nil {
		return nil, err
	}
	return &api{server, &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
		MaxIdleConnsPerHost: 4,
		TLSClientConfig: &tls.Config{RootCAs: roots, GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			pair, err := tls.LoadX509KeyPair(filepath.Join(pki, user+".crt"), filepath.Join(pki, user+".key"))
			return &pair, err
		}},
	}}}, nil
}

func certPool(file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s holds no certificate", file)
	}
	return pool, nil
}

// statusError is an answer other than 2xx.
type statusError struct {
	code int
	text string
}

func (e statusError) Error() string { return fmt.Sprintf("status %d: %s", e.code, e.text) }

func (a *api) do(ctx context.Context, method, path, kind string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, a.server+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	request.Header.Set("Accept", "application/json, */*")
	response, err := a.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 64<<20))
	if err == nil && response.StatusCode/100 != 2 {
		err = statusError{response.StatusCode, strings.TrimSpace(string(text[:min(len(text), 500)]))}
	}
	return text, err
}

func (a *api) get(ctx context.Context, path string, into any) error {
	text, err := a.do(ctx, http.MethodGet, path, "", nil)
	if err == nil && into != nil {
		err = json.Unmarshal(text, into)
	}
	return err
}

//go:embed manifests.yaml
var manifests string

// apply puts the node's own objects in place; each document names its path. What the user has changed since is left
// as it is, and what the API server refuses is told and left out: it must not keep the cluster from starting.
func (a *api) apply(ctx context.Context, values *strings.Replacer, refused func(string)) error {
	for _, document := range strings.Split(manifests, "\n--- # ")[1:] {
		path, body, _ := strings.Cut(document, "\n")
		_, err := a.do(ctx, http.MethodPatch, path+"?fieldManager=datamill-node", "application/apply-patch+yaml", []byte(values.Replace(body)))
		var status statusError
		switch {
		case errors.As(err, &status) && status.code == http.StatusConflict:
		case errors.As(err, &status) && status.code < 500:
			refused(path + ": " + err.Error())
		case err != nil:
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}
