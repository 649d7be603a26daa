import com.sun.net.httpserver.*;
import java.io.IOException;
import java.net.*;
import java.net.http.*;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicLong;

/** Currency quotes: a retry with backoff and jitter, then a breaker that opens after five failures in a row for half a second (half-open: one try). */
public class App {
    static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofMillis(300)).followRedirects(HttpClient.Redirect.NORMAL).build();
    static final int LIMIT = 5;
    static final long OPEN = 500_000_000L;
    static int failures; // in a row
    static long until; // System.nanoTime() at which one may try
    static final AtomicLong served = new AtomicLong();

    static class Down extends Exception {
        final int status;

        Down(int status, String why) {
            super(why);
            this.status = status;
        }
    }

    static synchronized void enter() throws Down {
        if (failures < LIMIT) return;
        if (System.nanoTime() < until) throw new Down(503, "circuit open");
        until = System.nanoTime() + OPEN; // half-open: only this one
    }

    static synchronized void leave(boolean good) {
        failures = good ? 0 : failures + 1;
        if (failures >= LIMIT) until = System.nanoTime() + OPEN;
    }

    static String quote(URI at) throws Down {
        Down last = null;
        for (int i = 0; i < 2; i++) {
            enter();
            boolean good = false;
            try {
                if (i > 0) Thread.sleep(ThreadLocalRandom.current().nextLong(10, 40L << i));
                var sent = HTTP.sendAsync(HttpRequest.newBuilder(at).header("Accept", "application/json").build(), HttpResponse.BodyHandlers.ofString());
                HttpResponse<String> answer;
                try {
                    answer = sent.get(600, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    sent.cancel(true); // ends the exchange with its connection
                    last = new Down(504, "late");
                    continue;
                }
                if (answer.statusCode() == 200 && answer.body().strip().matches("\\{\"rate\":\\d+\\.\\d+\\}")) {
                    good = true;
                    return answer.body().strip();
                }
                last = new Down(502, "status " + answer.statusCode());
                if (answer.statusCode() < 500) throw last; // a retry would not help
            } catch (ExecutionException e) {
                last = new Down(e.getCause() instanceof HttpTimeoutException ? 504 : 502, String.valueOf(e.getCause()));
            } catch (InterruptedException e) {
                throw new Down(503, "stopping");
            } finally {
                leave(good);
            }
        }
        throw last;
    }

    static void handle(HttpExchange x, URI at) throws IOException {
        int status = 200;
        String body;
        if (!List.of("GET", "HEAD").contains(x.getRequestMethod())) {
            x.getResponseHeaders().set("Allow", "GET, HEAD");
            x.sendResponseHeaders(405, -1);
            x.close();
            return;
        }
        switch (x.getRequestURI().getPath()) {
            case "/alive" -> body = "{\"alive\":true}";
            case "/quote" -> {
                try {
                    body = "{\"served\":" + served.incrementAndGet() + ",\"quote\":" + quote(at) + "}";
                } catch (Down e) {
                    System.err.println("WARN quote: " + e.getMessage());
                    status = e.status;
                    if (status == 503) x.getResponseHeaders().set("Retry-After", "1");
                    body = "{\"error\":{\"code\":" + status + ",\"reason\":\"QUOTE_UNAVAILABLE\"}}";
                }
            }
            default -> {
                status = 404;
                body = "{\"error\":{\"code\":404,\"reason\":\"NOT_FOUND\"}}";
            }
        }
        byte[] raw = body.getBytes(StandardCharsets.UTF_8);
        x.getResponseHeaders().set("Content-Type", "application/json");
        boolean head = x.getRequestMethod().equals("HEAD");
        x.sendResponseHeaders(status, head ? -1 : raw.length);
        try (x) {
            if (!head) x.getResponseBody().write(raw);
        }
    }

    public static void main(String[] args) throws Exception {
        String base = System.getenv("QUOTES_URL");
        if (base == null || !base.matches("http://[\\w.-]+:\\d{1,5}")) {
            System.err.println("QUOTES_URL must be http://host:port");
            System.exit(2);
        }
        URI at = URI.create(base + "/eur-chf");
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT"))), 100);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", x -> handle(x, at));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(3)));
        server.start();
    }
}
