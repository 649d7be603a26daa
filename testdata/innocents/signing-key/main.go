// Command signing-key hands out signed passes: its private key is PEM in a file, and callers show an opaque key.
package main

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"
)

type passes struct {
	doors string
	key   crypto.Signer
	open  [32]byte // digest of what callers show
}

func privateKey(file string) (crypto.Signer, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	signer, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, errors.New("no Ed25519 key")
	}
	return signer, nil
}

func say(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func refuse(w http.ResponseWriter, status int, text string) {
	say(w, status, map[string]string{"error": text})
}

func (p passes) pass(w http.ResponseWriter, r *http.Request) {
	shown := sha256.Sum256([]byte(r.Header.Get("X-Api-Key")))
	if subtle.ConstantTimeCompare(shown[:], p.open[:]) != 1 {
		w.Header().Set("WWW-Authenticate", `ApiKey realm="passes"`)
		refuse(w, http.StatusUnauthorized, "this is not our key")
		return
	}
	door, err := p.door(r.Context())
	if err != nil {
		log.Print("doors: ", err)
		w.Header().Set("Retry-After", "5")
		refuse(w, http.StatusServiceUnavailable, "no passes right now")
		return
	}
	text := fmt.Sprintf("7.%s.%d", door, time.Now().Add(time.Hour).Unix())
	sign, err := p.key.Sign(nil, []byte(text), crypto.Hash(0))
	if err != nil {
		log.Print("sign: ", err)
		refuse(w, http.StatusInternalServerError, "our mistake")
		return
	}
	say(w, http.StatusOK, map[string]string{"pass": text + "." + base64.RawURLEncoding.EncodeToString(sign)})
}

func main() {
	doors, err := url.Parse(os.Getenv("DOORS_URL"))
	if err != nil || doors.Scheme != "http" || doors.Host == "" {
		log.Fatal("DOORS_URL is wanted, as http://HOST:PORT")
	}
	key, err := privateKey(os.Getenv("SIGNING_KEY_FILE"))
	if err != nil {
		log.Fatal("SIGNING_KEY_FILE is no file with a private key")
	}
	open := os.Getenv("API_KEY")
	if len(open) < 16 {
		log.Fatal("API_KEY is wanted, of 16 characters or more")
	}
	p := passes{doors: doors.Scheme + "://" + doors.Host, key: key, open: sha256.Sum256([]byte(open))}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /passes/7", p.pass)
	mux.HandleFunc("GET /up", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, map[string]bool{"ok": true}) })
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusNotFound, "nothing is here") })
	server := http.Server{Addr: "127.0.0.1:" + os.Getenv("PORT"), Handler: mux, ReadTimeout: 5 * time.Second}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	done := make(chan error)
	context.AfterFunc(ctx, func() { done <- server.Shutdown(context.Background()) })
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	if err := <-done; err != nil {
		log.Fatal(err)
	}
}
