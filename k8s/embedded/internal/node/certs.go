package node

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Lifetimes of certificates. What has used up two thirds of its life is renewed.
type Lifetimes struct{ Authority, Leaf time.Duration }

// DefaultLifetimes: the authority outlives the machine, a leaf lasts a year.
var DefaultLifetimes = Lifetimes{Authority: 20 * 365 * 24 * time.Hour, Leaf: 365 * 24 * time.Hour}

// identity is one certificate: who it speaks for, and where it is served.
type identity struct {
	file      string
	name      string
	group     string
	hosts     []string
	authority string
}

// identities lists every certificate of a node. The front proxy has an authority of its own:
// who holds a certificate of the cluster's must not be able to speak as somebody else.
func identities(node string, a Addresses) []identity {
	service := func(name string) []string {
		return []string{name, name + ".svc", name + ".svc.cluster.local"}
	}
	return []identity{
		{file: "apiserver", name: "kube-apiserver", authority: "ca",
			hosts: append(service("kubernetes.default"), "kubernetes", "localhost", "127.0.0.1", a.API().String(), a.Node().String())},
		{file: "kubelet-client", name: "kube-apiserver-kubelet-client", authority: "ca"},
		{file: "front-proxy", name: "front-proxy-client", authority: "front-proxy-ca"},
		{file: "admin", name: "admin", group: "system:masters", authority: "ca"},
		{file: "controller-manager", name: "system:kube-controller-manager", authority: "ca", hosts: []string{"localhost", "127.0.0.1"}},
		{file: "scheduler", name: "system:kube-scheduler", authority: "ca", hosts: []string{"localhost", "127.0.0.1"}},
		{file: "kubelet", name: "system:node:" + node, group: "system:nodes", authority: "ca", hosts: []string{node, a.Node().String()}},
		{file: "proxy", name: "system:kube-proxy", authority: "ca"},
		{file: "dns", name: "datamill:dns", authority: "ca"},
		{file: "storage", name: "datamill:storage", authority: "ca"},
		{file: "metrics", name: "datamill:metrics", authority: "ca", hosts: append(service("metrics-server.kube-system"), a.Node().String())},
	}
}

type pair struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// EnsureCertificates makes what is missing and renews what is due in dir. It says which files are new.
func EnsureCertificates(dir string, wanted []identity, life Lifetimes, now time.Time) ([]string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	var fresh []string
	authorities := map[string]pair{}
	for _, name := range []string{"ca", "front-proxy-ca"} {
		authority, renewed, err := ensureAuthority(dir, name, life, now)
		if err != nil {
			return nil, err
		}
		authorities[name] = authority
		if renewed {
			fresh = append(fresh, name)
		}
	}
	for _, id := range wanted {
		renewed, err := ensureLeaf(dir, id, authorities[id.authority], life, now)
		if err != nil {
			return nil, err
		}
		if renewed {
			fresh = append(fresh, id.file)
		}
	}
	return fresh, ensureKey(filepath.Join(dir, "service-account"))
}

// due says whether a certificate has less than a third of its life before it.
func due(c *x509.Certificate, now time.Time) bool {
	return now.After(c.NotAfter.Add(-c.NotAfter.Sub(c.NotBefore) / 3))
}

// ensureAuthority renews with the key that is there: what it signed before stays good.
func ensureAuthority(dir, name string, life Lifetimes, now time.Time) (pair, bool, error) {
	path := filepath.Join(dir, name)
	old, err := readPair(path)
	if err == nil && !due(old.cert, now) {
		return old, false, nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return pair{}, false, err
	}
	key := old.key
	if key == nil {
		if key, err = newKey(); err != nil {
			return pair{}, false, err
		}
	}
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "datamill-" + name}, NotBefore: now.Add(-time.Minute), NotAfter: now.Add(life.Authority),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	cert, err := sign(template, template, key.Public(), key)
	if err != nil {
		return pair{}, false, err
	}
	made := pair{cert, key}
	return made, true, made.write(path)
}

func ensureLeaf(dir string, id identity, authority pair, life Lifetimes, now time.Time) (bool, error) {
	path := filepath.Join(dir, id.file)
	subject := pkix.Name{CommonName: id.name}
	if id.group != "" {
		subject.Organization = []string{id.group}
	}
	old, err := readPair(path)
	if err == nil && !due(old.cert, now) && old.cert.Subject.String() == subject.String() &&
		slices.Equal(hostsOf(old.cert), sorted(id.hosts)) && old.cert.CheckSignatureFrom(authority.cert) == nil {
		return false, nil
	}
	key, err := newKey()
	if err != nil {
		return false, err
	}
	until := now.Add(life.Leaf)
	if until.After(authority.cert.NotAfter) {
		until = authority.cert.NotAfter
	}
	template := &x509.Certificate{
		Subject: subject, NotBefore: now.Add(-time.Minute), NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	if len(id.hosts) > 0 {
		template.ExtKeyUsage = append(template.ExtKeyUsage, x509.ExtKeyUsageServerAuth)
	}
	for _, host := range id.hosts {
		if ip, err := netip.ParseAddr(host); err == nil {
			template.IPAddresses = append(template.IPAddresses, net.IP(ip.AsSlice()))
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	cert, err := sign(template, authority.cert, key.Public(), authority.key)
	if err != nil {
		return false, err
	}
	return true, pair{cert, key}.write(path)
}

func sign(template, parent *x509.Certificate, public crypto.PublicKey, key crypto.Signer) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func newKey() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

func hostsOf(c *x509.Certificate) []string {
	hosts := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		hosts = append(hosts, ip.String())
	}
	return sorted(hosts)
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

func readPair(path string) (pair, error) {
	key, err := readKey(path + ".key")
	if err != nil {
		return pair{}, err
	}
	text, err := os.ReadFile(path + ".crt")
	if err != nil {
		return pair{key: key}, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return pair{}, fmt.Errorf("%s.crt holds no certificate", path)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	return pair{cert, key}, err
}

func readKey(path string) (crypto.Signer, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s holds no key", path)
	}
	return x509.ParseECPrivateKey(block.Bytes)
}

// write puts the key first: a certificate without its key is never there.
func (p pair) write(path string) error {
	if err := writeKey(path+".key", p.key); err != nil {
		return err
	}
	return writeFile(path+".crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.cert.Raw}))
}

func writeKey(path string, key crypto.Signer) error {
	der, err := x509.MarshalECPrivateKey(key.(*ecdsa.PrivateKey))
	if err != nil {
		return err
	}
	return writeFile(path, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}

// ensureKey makes the key that signs service account tokens. It never changes: pods hold its tokens.
func ensureKey(path string) error {
	key, err := readKey(path + ".key")
	if errors.Is(err, os.ErrNotExist) {
		if key, err = newKey(); err == nil {
			err = writeKey(path+".key", key)
		}
	}
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return err
	}
	return writeFile(path+".pub", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// kubeconfig for a component refers to the files, so that a renewed certificate is picked up.
func kubeconfig(server, pki, user string) string {
	return strings.NewReplacer("SERVER", server, "PKI", pki, "USER", user).Replace(`apiVersion: v1
kind: Config
clusters: [{name: node, cluster: {server: "SERVER", certificate-authority: PKI/ca.crt}}]
users: [{name: USER, user: {client-certificate: PKI/USER.crt, client-key: PKI/USER.key}}]
contexts: [{name: node, context: {cluster: node, user: USER}}]
current-context: node
`)
}

// ownersKubeconfig carries its certificate within: it may be copied elsewhere.
func ownersKubeconfig(name, server, pki string) (string, error) {
	var parts [3]string
	for i, file := range []string{"ca.crt", "admin.crt", "admin.key"} {
		text, err := os.ReadFile(filepath.Join(pki, file))
		if err != nil {
			return "", err
		}
		parts[i] = base64.StdEncoding.EncodeToString(text)
	}
	return fmt.Sprintf(`apiVersion: v1
kind: Config
clusters:
- name: %[1]s
  cluster: {server: %[2]q, certificate-authority-data: %[3]s}
users:
- name: %[1]s
  user: {client-certificate-data: %[4]s, client-key-data: %[5]s}
contexts:
- name: %[1]s
  context: {cluster: %[1]s, user: %[1]s}
current-context: %[1]s
`, "datamill-"+name, server, parts[0], parts[1], parts[2]), nil
}

// lifetimes can be shortened, to see a renewal within minutes.
func (n *inside) lifetimes() Lifetimes {
	life := DefaultLifetimes
	if n.Config.LeafLife > 0 {
		life.Leaf = time.Duration(n.Config.LeafLife) * time.Second
	}
	return life
}
