// Parcels in PostgreSQL by pgjdbc: a connection for each request, with a time-out for each thing that may take its time.
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.*;
import java.util.Properties;
import java.util.concurrent.Executors;

public class App {
    static final String URL, USER, PASSWORD;

    static {
        String url = System.getenv().getOrDefault("DATABASE_URL", "");
        URI at = url.matches("postgres(ql)?://[^:@/]+:[^@/]+@[^:/]+:\\d+/\\w+.*") ? URI.create(url) : null;
        if (at == null) {
            System.err.println("DATABASE_URL is wanted, as postgres://USER:PASSWORD@HOST:PORT/NAME");
            System.exit(2);
        }
        String[] who = at.getUserInfo().split(":", 2);
        URL = "jdbc:postgresql://" + at.getHost() + ":" + at.getPort() + at.getPath();
        USER = who[0];
        PASSWORD = who[1];
    }

    static Connection connect() throws SQLException {
        Properties p = new Properties();
        p.setProperty("user", USER);
        p.setProperty("password", PASSWORD);
        p.setProperty("sslmode", "disable");
        p.setProperty("loginTimeout", "1");
        p.setProperty("connectTimeout", "1");
        p.setProperty("socketTimeout", "1"); // a server that has gone silent honours no statement_timeout
        p.setProperty("options", "-c statement_timeout=700");
        return DriverManager.getConnection(URL, p);
    }

    static String parcels() throws SQLException {
        try (Connection c = connect(); Statement s = c.createStatement(); ResultSet rows = s.executeQuery("select id, place from parcels order by id")) {
            StringBuilder all = new StringBuilder("{\"parcels\":[");
            for (String comma = ""; rows.next(); comma = ",") {
                String place = rows.getString(2);
                all.append(comma).append("{\"id\":").append(rows.getInt(1)).append(",\"place\":").append(place == null ? "null" : '"' + place + '"').append('}');
            }
            return all.append("]}").toString();
        }
    }

    // 503 for what passes, 500 for what is our own mistake: SQLSTATE classes, PostgreSQL manual, appendix A.
    static int status(SQLException e) {
        String state = e.getSQLState() == null ? "08000" : e.getSQLState();
        return state.startsWith("42") || state.startsWith("22") || state.startsWith("XX") ? 500 : 503;
    }

    static void handle(HttpExchange x) {
        try {
            String path = x.getRequestURI().getPath(), method = x.getRequestMethod();
            if (!path.equals("/parcels") && !path.equals("/livez")) {
                say(x, 404, "{\"title\":\"nothing is here\"}");
            } else if (!method.equals("GET") && !method.equals("HEAD")) {
                x.getResponseHeaders().set("Allow", "GET, HEAD");
                say(x, 405, "{\"title\":\"this is only read\"}");
            } else {
                say(x, 200, path.equals("/parcels") ? parcels() : "{\"up\":true}");
            }
        } catch (SQLException e) {
            System.err.println(e.getSQLState() + " " + e.getMessage());
            try {
                if (status(e) == 503) x.getResponseHeaders().set("Retry-After", "1");
                say(x, status(e), "{\"title\":\"the parcels are not to be had\"}");
            } catch (java.io.IOException gone) {
                System.err.println("the caller has left");
            }
        } catch (java.io.IOException gone) {
            System.err.println("the caller has left");
        } finally {
            x.close();
        }
    }

    static void say(HttpExchange x, int status, String body) throws java.io.IOException {
        byte[] raw = body.getBytes(StandardCharsets.UTF_8);
        x.getResponseHeaders().set("Content-Type", status < 400 ? "application/json" : "application/problem+json");
        boolean head = x.getRequestMethod().equals("HEAD");
        x.sendResponseHeaders(status, head ? -1 : raw.length);
        if (!head) x.getResponseBody().write(raw);
    }

    public static void main(String[] args) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT"))), 128);
        server.setExecutor(Executors.newFixedThreadPool(32));
        server.createContext("/", App::handle);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(3)));
        server.start();
    }
}
