package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// authorityTemplate is a CA of this name, an hour old.
func authorityTemplate(name string, notAfter time.Time) *x509.Certificate {
	return &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: notAfter, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
}

// putPair writes PATH.crt and PATH.key; signed by itself without a key of the parent's.
func putPair(path string, certificate, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if parentKey == nil {
		parentKey = key
	}
	signed, err := x509.CreateCertificate(rand.Reader, certificate, parent, &key.PublicKey, parentKey)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	if err := putPEM(path+".crt", "CERTIFICATE", signed); err != nil {
		return nil, err
	}
	return key, putPEM(path+".key", "PRIVATE KEY", private)
}

func putPEM(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

// askForClients has replicas answer only those who show a certificate of the first client CA.
func askForClients(w *world) error {
	identity, authority, err := newClientCA(w, 0)
	if err != nil {
		return err
	}
	w.identity = identity
	w.options = []string{"--client-ca", filepath.Join(w.folder, "clients.crt")}
	return writeClientCAs(w, authority)
}

// newClientCA makes a CA and a certificate that it has signed for the API servers.
func newClientCA(w *world, number int) (*tls.Certificate, []byte, error) {
	later := time.Now().Add(time.Hour)
	path := filepath.Join(w.folder, fmt.Sprintf("client-ca-%d", number))
	authority := authorityTemplate(fmt.Sprintf("clients %d", number), later)
	key, err := putPair(path, authority, authority, nil)
	if err != nil {
		return nil, nil, err
	}
	client := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "kube-apiserver"},
		NotBefore: authority.NotBefore, NotAfter: later, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	pair := filepath.Join(w.folder, "client")
	if _, err := putPair(pair, client, authority, key); err != nil {
		return nil, nil, err
	}
	identity, err := tls.LoadX509KeyPair(pair+".crt", pair+".key")
	if err != nil {
		return nil, nil, err
	}
	pem, err := os.ReadFile(path + ".crt")
	return &identity, pem, err
}

func writeClientCAs(w *world, authorities ...[]byte) error {
	return os.WriteFile(filepath.Join(w.folder, "clients.crt"), bytes.Join(authorities, nil), 0o644)
}

// replaceClientCA trusts another client CA beside the first, has the API servers present its
// certificate, waits until no call shows the one before, and trusts the new one alone.
func replaceClientCA(w *world, r *replica, number int) error {
	old, err := os.ReadFile(filepath.Join(w.folder, fmt.Sprintf("client-ca-%d.crt", number)))
	if err != nil {
		return err
	}
	identity, authority, err := newClientCA(w, number+1)
	if err != nil {
		return err
	}
	if err := reloads(r, "clients", "ok", func() error { return writeClientCAs(w, old, authority) }); err != nil {
		return err
	}
	w.load.present(identity)
	if err := w.load.settle(r.exited); err != nil {
		return err
	}
	return reloads(r, "clients", "ok", func() error { return writeClientCAs(w, authority) })
}
