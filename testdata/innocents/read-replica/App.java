import com.sun.net.httpserver.*;
import java.io.IOException;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.sql.*;
import java.util.*;
import java.util.concurrent.*;

/** A catalogue in PostgreSQL that reads from a replica, and from the primary when the replica is in trouble; it writes to the primary only. */
public class App {
    static String[] primary, replica;

    static String[] address(String name) {
        String text = System.getenv().getOrDefault(name, "");
        var m = java.util.regex.Pattern.compile("postgres(?:ql)?://([^:@/]+):([^@/]+)@([^/?]+/[^?]+)(?:\\?.*)?").matcher(text);
        if (!m.matches()) {
            System.err.println(name + " is not a database address");
            System.exit(1);
        }
        return new String[] {"jdbc:postgresql://" + m.group(3), m.group(1), m.group(2)};
    }

    static Connection connect(String[] at) throws SQLException {
        var p = new Properties();
        p.putAll(Map.of("user", at[1], "password", at[2], "sslmode", "disable", "connectTimeout", "1", "loginTimeout", "1", "socketTimeout", "1"));
        return DriverManager.getConnection(at[0], p);
    }

    static String read(String[] at) throws SQLException {
        try (var c = connect(at); var s = c.createStatement(); var rows = s.executeQuery("select title from books order by id")) {
            var all = new StringJoiner(",", "[", "]");
            while (rows.next()) {
                if (rows.getString(1) == null) throw new SQLException("a book without title", "XX001");
                all.add("\"" + rows.getString(1) + "\"");
            }
            return all.toString();
        }
    }

    static String books(HttpExchange x) throws SQLException {
        try {
            return "{\"books\":" + read(replica) + "}";
        } catch (SQLException e) {
            System.err.println("WARN replica " + e.getSQLState());
            x.getResponseHeaders().set("X-Served-By", "primary");
            return "{\"books\":" + read(primary) + "}";
        }
    }

    static String add() throws SQLException {
        try (var c = connect(primary); var s = c.createStatement(); var rows = s.executeQuery("insert into books (title) values ('New') returning id")) {
            if (!rows.next()) throw new SQLException("no id", "XX001");
            return "{\"id\":" + rows.getLong(1) + "}";
        }
    }

    static void handle(HttpExchange x) throws IOException {
        int status = 200;
        String body;
        try {
            String what = x.getRequestMethod() + " " + x.getRequestURI().getPath();
            switch (what) {
                case "GET /health", "HEAD /health" -> body = "{\"up\":true}";
                case "GET /books", "HEAD /books" -> body = books(x);
                case "POST /books" -> {
                    body = add();
                    status = 201;
                }
                default -> {
                    status = x.getRequestURI().getPath().matches("/books|/health") ? 405 : 404;
                    if (status == 405) x.getResponseHeaders().set("Allow", "GET, HEAD, POST");
                    body = "{\"error\":\"" + (status == 405 ? "method not allowed" : "not found") + "\"}";
                }
            }
        } catch (SQLException e) {
            System.err.println("ERROR primary " + e.getSQLState() + " " + e.getMessage());
            String state = Objects.requireNonNullElse(e.getSQLState(), "");
            status = state.matches("23505|23503") ? 409 : state.matches("2[23].*") ? 422 : state.matches("(42|XX).*") ? 500 : 503;
            if (status == 503) x.getResponseHeaders().set("Retry-After", "5");
            body = "{\"error\":\"" + (status < 500 ? "this book cannot be kept" : status == 500 ? "internal error" : "the catalogue is not available") + "\"}";
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
        primary = address("PRIMARY_URL");
        replica = address("REPLICA_URL");
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT"))), 0);
        server.setExecutor(Executors.newFixedThreadPool(16));
        server.createContext("/", App::handle);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(4)));
        server.start();
    }
}
