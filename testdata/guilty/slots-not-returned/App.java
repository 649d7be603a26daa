import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.*;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.*;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Exchange rates on the JDK's own server, twenty calls at once at most. BUG=1: what fails keeps its slot. */
public final class App {
    static final int LIMIT = 800, BIGGEST = 1 << 16; // milliseconds for one call, bytes of its answer
    static final Pattern RATE = Pattern.compile("\\{\\s*\"eur\"\\s*:\\s*([0-9]{1,6}\\.[0-9]{1,6})\\s*\\}\\s*");
    static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    static final ExecutorService CALLS = Executors.newCachedThreadPool();
    static final Semaphore SLOTS = new Semaphore(20);

    record Answer(int status, String body) {}

    static final class Unavailable extends Exception {
        final int wait; // seconds

        Unavailable(Throwable cause, int wait) {
            super(cause);
            this.wait = wait;
        }
    }

    /** The rate as its source says it, or a reason why there is none. What is late is broken off. */
    static String rate(URI source) throws Unavailable {
        var asked = HttpRequest.newBuilder(source).header("Accept", "application/json").build();
        var sent = CLIENT.sendAsync(asked, BodyHandlers.ofInputStream());
        var read = sent.thenApplyAsync(App::read, CALLS);
        try {
            return read.get(LIMIT, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Unavailable u ? u : new Unavailable(e.getCause(), 1);
        } catch (TimeoutException | InterruptedException e) {
            sent.cancel(true);
            sent.thenAccept(got -> close(got.body()));
            throw new Unavailable(e, 1);
        }
    }

    static String read(HttpResponse<InputStream> got) {
        try (InputStream body = got.body()) {
            String text = new String(body.readNBytes(BIGGEST), StandardCharsets.UTF_8);
            Matcher m = RATE.matcher(text);
            if (got.statusCode() == 200 && m.matches()) return m.group(1);
            String wait = got.headers().firstValue("Retry-After").filter(s -> s.matches("[0-9]{1,3}")).orElse("1");
            throw new CompletionException(new Unavailable(new IOException("status " + got.statusCode()), Math.max(1, Integer.parseInt(wait))));
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            System.err.println(e);
        }
    }

    static Answer answer(HttpExchange x, URI source) {
        String path = x.getRequestURI().getPath();
        if (!List.of("/rate", "/livez", "/readyz").contains(path)) return problem(404, "Not Found");
        if (!x.getRequestMethod().equals("GET")) {
            x.getResponseHeaders().set("Allow", "GET");
            return problem(405, "Method Not Allowed");
        }
        if (!path.equals("/rate")) return new Answer(200, "{\"ok\":true}");
        try {
            if (!SLOTS.tryAcquire()) throw new Unavailable(new IOException("too many calls"), 1);
            boolean good = false;
            try {
                String rate = rate(source);
                good = true;
                return new Answer(200, "{\"eur\":" + rate + "}");
            } finally {
                if (good || !"1".equals(System.getenv("BUG"))) SLOTS.release();
            }
        } catch (Unavailable e) {
            System.err.println("{\"level\":\"error\",\"cause\":\"" + e.getCause().toString().replaceAll("[\\\\\"\n\r]", " ") + "\"}");
            x.getResponseHeaders().set("Retry-After", String.valueOf(e.wait));
            return problem(503, "Service Unavailable");
        }
    }

    static Answer problem(int status, String title) {
        return new Answer(status, "{\"type\":\"about:blank\",\"title\":\"" + title + "\",\"status\":" + status + "}");
    }

    static void handle(HttpExchange x, URI source) throws IOException {
        try (x) {
            Answer a;
            try {
                a = answer(x, source);
            } catch (RuntimeException e) {
                System.err.println(e);
                a = problem(500, "Internal Server Error");
            }
            byte[] raw = a.body().getBytes(StandardCharsets.UTF_8);
            x.getResponseHeaders().set("Content-Type", a.status() < 400 ? "application/json" : "application/problem+json");
            x.sendResponseHeaders(a.status(), raw.length);
            x.getResponseBody().write(raw);
        }
    }

    public static void main(String[] args) throws IOException {
        String base = System.getenv("RATES_URL");
        if (base == null || !base.matches("https?://[^/]+/?")) {
            System.err.println("RATES_URL is no address");
            System.exit(1);
        }
        URI source = URI.create(base).resolve("/eur");
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(System.getenv("PORT"))), 64);
        server.createContext("/", x -> handle(x, source));
        server.setExecutor(Executors.newFixedThreadPool(16));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(2))); // lets what is under way come to its end
        server.start();
    }
}
