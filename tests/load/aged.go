package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// lifeLeft is what an aged CA, and what it has signed, still has.
const lifeLeft = 25 * time.Second

// putAgedCertificates replaces what `pratique certs init` made by a CA and a serving pair that are
// about to expire, as the last of their lives would be met by a daily `certs renew`.
func putAgedCertificates(w *world) error {
	now := time.Now()
	authority := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "aged"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(lifeLeft), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	serving := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: serverName},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(lifeLeft), DNSNames: []string{serverName},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	authorityKey, err := putPair(filepath.Join(w.certs, "ca"), authority, authority, nil)
	if err != nil {
		return err
	}
	_, err = putPair(filepath.Join(w.certs, "tls"), serving, authority, authorityKey)
	return err
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

// replaceCA runs `certs renew` each second until the aged CA has left the bundle: the new one has been
// published, then signs, and the API servers follow the bundle a second behind.
func replaceCA(w *world, r *replica, _ int) error {
	first := w.bundle()
	both := false
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		before := w.bundle()
		if err := w.runCerts("renew", "--overlap", "4s"); err != nil {
			return err
		}
		select {
		case <-r.exited:
			return fmt.Errorf("the replica has ended: %s", r.logTail())
		case <-time.After(time.Second):
		}
		after := w.bundle()
		if !bytes.Equal(before, after) {
			w.load.trust(after)
		}
		both = both || bytes.Count(after, []byte("BEGIN")) == 2
		if both && !bytes.Contains(after, bytes.TrimSpace(first)) {
			return nil
		}
	}
	return fmt.Errorf("the aged CA has not left the bundle:\n%s", w.bundle())
}
