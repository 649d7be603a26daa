// Package browser opens the HTML report in a headless Chromium, as a reader does. Without one its tests are skipped.
package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/failwell/failwell/harness/report"
)

// tab is a page that is open, and what went wrong in it.
type tab struct {
	context.Context
	t *testing.T

	mu     sync.Mutex
	asked  []string // addresses that were asked for
	spoken []string // messages on the console, errors, dialogues
}

// start starts a browser that ends with the test.
func start(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		t.Skip("no chromium here (apt-get install chromium)")
	}
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 900), chromedp.WSURLReadTimeout(2*time.Minute))
	ctx, stop := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(ctx)
	t.Cleanup(end)
	if err := chromedp.Run(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return ctx
}

// show opens a run in a tab of its own.
func show(t *testing.T, browser context.Context, r report.Run, before ...chromedp.Action) *tab {
	t.Helper()
	ctx, end := chromedp.NewContext(browser)
	t.Cleanup(end)
	tab := &tab{Context: ctx, t: t}
	file := write(t, r)
	chromedp.ListenTarget(ctx, tab.hear)
	tab.do(append(before, network.Enable(), chromedp.Navigate("file://"+file))...)
	t.Cleanup(func() {
		tab.mu.Lock()
		defer tab.mu.Unlock()
		if len(tab.spoken) > 0 {
			t.Errorf("the page complains: %q", tab.spoken)
		}
		for _, url := range tab.asked {
			if !strings.HasPrefix(url, "file://"+file) {
				t.Errorf("the page asks for %s", url)
			}
		}
	})
	return tab
}

func (p *tab) hear(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		p.spoken = append(p.spoken, string(e.Type))
	case *runtime.EventExceptionThrown:
		p.spoken = append(p.spoken, e.ExceptionDetails.Error())
	case *page.EventJavascriptDialogOpening:
		p.spoken = append(p.spoken, "dialogue: "+e.Message)
	case *network.EventRequestWillBeSent:
		p.asked = append(p.asked, e.Request.URL)
	}
}

func (p *tab) do(actions ...chromedp.Action) {
	p.t.Helper()
	if err := chromedp.Run(p.Context, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// wants tells whether an expression has a value.
func wants[T comparable](p *tab, script string, want T) {
	p.t.Helper()
	var got T
	p.do(chromedp.Evaluate(script, &got))
	if got != want {
		p.t.Errorf("%s is %v, want %v", script, got, want)
	}
}

// picture keeps a screenshot where FAILWELL_PICTURES says.
func (p *tab) picture(name string) {
	dir := os.Getenv("FAILWELL_PICTURES")
	if dir == "" {
		return
	}
	var png []byte
	p.do(chromedp.CaptureScreenshot(&png))
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

func write(t *testing.T, r report.Run) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	if err := (report.Target{Format: "html", Path: file}).Save(r); err != nil {
		t.Fatal(err)
	}
	return file
}

// saved reads a run of testdata/runs.
func saved(t *testing.T, name string) report.Run {
	t.Helper()
	f, err := os.Open("../../testdata/runs/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := report.ReadJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// media makes the page believe in a colour scheme, or in paper.
func media(kind, scheme string) chromedp.Action {
	return emulation.SetEmulatedMedia().WithMedia(kind).WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}})
}
