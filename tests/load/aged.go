package main

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"path/filepath"
	"time"
)

// lifeLeft is what an aged CA, and what it has signed, still has.
const lifeLeft = 25 * time.Second

// putAgedCertificates replaces what `pratique certs init` made by a CA and a serving pair that are
// about to expire, as the last of their lives would be met by a daily `certs renew`.
func putAgedCertificates(w *world) error {
	now := time.Now()
	authority := authorityTemplate("aged", now.Add(lifeLeft))
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
