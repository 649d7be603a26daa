package browser

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/failwell/failwell/harness/report"
)

const visible = `[...document.querySelectorAll(".group")].filter(g => !g.hidden).length`

func TestReportInABrowser(t *testing.T) {
	browser := start(t)
	for name, test := range map[string]func(*testing.T, *tab){
		"filter": filters, "anchors": anchors, "keyboard": keyboard, "phone": phone, "colours": colours, "print": prints, "copy": copies,
	} {
		t.Run(name, func(t *testing.T) { test(t, show(t, browser, saved(t, "shop"))) })
	}
	t.Run("hostile", func(t *testing.T) { inert(t, show(t, browser, saved(t, "hostile"))) })
	t.Run("without script", func(t *testing.T) {
		p := show(t, browser, saved(t, "shop"), emulation.SetScriptExecutionDisabled(true))
		p.picture("without-script")
		p.do(emulation.SetScriptExecutionDisabled(false))
		wants(p, `document.querySelectorAll(".group").length`, 4)
		wants(p, `document.getElementById("filter").hidden && document.querySelector(".copy").hidden`, true)
	})
	t.Run("1,000 cases", func(t *testing.T) { thousand(t, show(t, browser, many(t, 1000))) })
}

func filters(_ *testing.T, p *tab) {
	wants(p, visible, 4)
	p.picture("desktop")
	choose := func(name, value string) {
		p.do(chromedp.Evaluate(fmt.Sprintf(`form.elements[%q].value = %q; form.dispatchEvent(new Event("input"))`, name, value), nil))
	}
	choose("impact", "critical")
	wants(p, visible, 1)
	wants(p, `document.querySelector("#filter output").textContent`, "1 of 4 groups")
	choose("impact", "")
	choose("dep", "payments")
	wants(p, visible, 1)
	wants(p, `document.getElementById("status-500").hidden`, false)
	choose("dep", "")
	choose("request", "list-orders")
	wants(p, visible, 3)
	choose("request", "")
	choose("text", "DEADLOCK")
	wants(p, visible, 1)
	choose("text", "no such words")
	wants(p, visible, 0)
	p.do(chromedp.Click(`#filter button[type=reset]`), chromedp.Poll(visible+" === 4", nil))
}

func anchors(_ *testing.T, p *tab) {
	p.do(chromedp.Click(`.grid a[href="#hang-db"]`))
	wants(p, `location.hash`, "#hang-db")
	wants(p, `Math.abs(document.getElementById("hang-db").getBoundingClientRect().top) < innerHeight`, true)
	p.do(chromedp.Evaluate(`location.hash = "#case:database/silent@db:get-order"; here()`, nil))
	wants(p, `document.getElementById("case:database/silent@db:get-order").open`, true)
	wants(p, `document.querySelectorAll("[open] .pane").length`, 3)
	wants(p, `[...document.querySelectorAll('a[href^="#"]')].every(a => document.getElementById(decodeURIComponent(a.hash.slice(1))))`, true)
	p.picture("case")
}

func keyboard(_ *testing.T, p *tab) {
	p.do(chromedp.KeyEvent("/"))
	wants(p, `document.activeElement.name`, "text")
	p.do(chromedp.Evaluate(`document.activeElement.value = ""`, nil)) // a key that is pressed by the protocol is typed, whatever the page says
	p.do(chromedp.KeyEvent("payments"))
	wants(p, visible, 1)
	p.do(chromedp.KeyEvent(kb.Escape), chromedp.Poll(visible+" === 4", nil))
	p.do(chromedp.Evaluate(`document.querySelector(".case summary").focus()`, nil), chromedp.KeyEvent(kb.Enter))
	wants(p, `document.querySelector(".case").open`, true)
	p.do(chromedp.Evaluate(`document.activeElement.blur(); scrollTo(0, 0)`, nil), chromedp.KeyEvent(kb.Tab))
	wants(p, `document.activeElement.matches("a, button, summary, select, input, [tabindex]")`, true)
}

func phone(_ *testing.T, p *tab) {
	p.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
	wants(p, `document.documentElement.scrollWidth <= 390`, true)
	p.picture("phone")
	p.do(chromedp.Evaluate(`open("case:database/silent@db:get-order")`, nil))
	wants(p, `document.documentElement.scrollWidth <= 390`, true)
	p.picture("phone-case")
	p.do(chromedp.Evaluate(`document.getElementById("matrix").scrollIntoView()`, nil))
	p.picture("phone-matrix")
	wants(p, `getComputedStyle(document.querySelector(".grid tbody th")).position`, "sticky")
}

// contrast lists the texts that are harder to read than WCAG 2.2, 1.4.3 allows: 4.5 to 1.
const contrast = `(() => {
  const rgb = c => c.match(/[\d.]+/g).map(Number);
  const light = c => { const [r, g, b] = rgb(c).map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const behind = el => { for (; el; el = el.parentElement) { const c = getComputedStyle(el).backgroundColor; if (rgb(c)[3] !== 0) return c; } return "rgb(255, 255, 255)"; };
  const bad = new Set();
  for (const d of document.querySelectorAll("details")) d.open = true;
  for (const el of document.querySelectorAll("body *")) {
    if (![...el.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || el.tagName === "SCRIPT") continue;
    const s = getComputedStyle(el), a = light(el.tagName === "text" ? s.fill : s.color), b = light(behind(el));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) bad.add(el.tagName + "." + el.className + " " + ratio.toFixed(2));
  }
  return [...bad].join(", ");
})()`

func colours(_ *testing.T, p *tab) {
	for _, scheme := range []string{"light", "dark"} {
		p.do(media("screen", scheme))
		wants(p, `matchMedia("(prefers-color-scheme: dark)").matches`, scheme == "dark")
		wants(p, contrast, "")
		p.do(chromedp.Evaluate(`for (const d of document.querySelectorAll("details")) d.open = false; scrollTo(0, 0)`, nil))
		p.picture(scheme)
	}
}

func prints(t *testing.T, p *tab) {
	p.do(media("print", "dark"))
	wants(p, contrast, "")
	wants(p, `getComputedStyle(form).display`, "none")
	var pdf []byte
	p.do(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = page.PrintToPDF().Do(ctx)
		return err
	}))
	if !strings.HasPrefix(string(pdf), "%PDF") {
		t.Error("it is not printed")
	}
	p.picture("print")
}

func copies(_ *testing.T, p *tab) {
	p.do(chromedp.Click(`#hang-db dl .copy`), chromedp.WaitVisible(`//button[text()="copied"]`, chromedp.BySearch))
	wants(p, `document.querySelector("#hang-db dl code").textContent`, "failwell run --seed 41 --only @hang-db")
	wants(p, `[...document.querySelectorAll("code")].some(c => c.textContent.startsWith("curl -sS"))`, true)
}

func inert(_ *testing.T, p *tab) {
	wants(p, `document.scripts.length`, 1)
	wants(p, `document.querySelectorAll("img, iframe, object, embed, link, [style], [onerror], [onload]").length`, 0)
	wants(p, `[...document.querySelectorAll("a")].every(a => a.getAttribute("href").startsWith("#"))`, true)
	wants(p, `[...document.querySelectorAll('a[href^="#"]')].every(a => document.getElementById(decodeURIComponent(a.hash.slice(1))))`, true)
}

func thousand(t *testing.T, p *tab) {
	const tries = 3 // the quickest of them counts, since a machine is busy now and then
	var all []float64
	for range tries {
		var took float64
		p.do(chromedp.Reload(), chromedp.Poll(`performance.getEntriesByType("navigation")[0].loadEventEnd > 0`, nil),
			chromedp.Evaluate(`(() => { const n = performance.getEntriesByType("navigation")[0]; return n.loadEventEnd - n.startTime; })()`, &took))
		all = append(all, took)
	}
	t.Logf("1,000 cases are open after %.0f ms", all)
	if slices.Min(all) > 2000 {
		t.Errorf("1,000 cases open in %.0f ms, want at most 2 s", all)
	}
	wants(p, `document.querySelectorAll(".case, #quiet tbody tr").length >= 1000`, true)
}

// many is a run of so many cases: those of a saved one, each many times over, with a body of 5 MB in one of them.
func many(t *testing.T, n int) report.Run {
	t.Helper()
	r := saved(t, "shop")
	base := r.Results
	r.Results = nil
	for i := 0; len(r.Results) < n; i++ {
		for _, c := range base {
			c.ID, c.Request = fmt.Sprintf("%s:%d", c.ID, i), fmt.Sprintf("%s-%d", c.Request, i%40)
			r.Results = append(r.Results, c)
		}
	}
	big := *r.Results[0].Subject
	big.Exchanges = slices.Clone(big.Exchanges)
	for i := range big.Exchanges {
		if a := big.Exchanges[i].Response; a != nil {
			body := *a
			body.Body = strings.Repeat("<b>x</b>", 5<<20/8)
			big.Exchanges[i].Response = &body
		}
	}
	r.Results[0].Subject = &big
	r.Finish()
	began := time.Now()
	info, err := os.Stat(write(t, r))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d cases take %d kB, written in %s", len(r.Results), info.Size()>>10, time.Since(began))
	if info.Size() > 3<<20 {
		t.Errorf("%d cases take %d bytes, want at most 3 MB", len(r.Results), info.Size())
	}
	return r
}
