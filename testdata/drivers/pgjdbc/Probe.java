import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.sql.*;
import java.util.*;
import java.util.regex.*;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.*;

/** Speaks the protocol of suites/drivers with pgjdbc. */
class Probe {
    static Connection connection;

    public static void main(String[] args) throws Exception {
        var in = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = in.readLine()) != null; ) {
            var step = new HashMap<String, String>(); // a flat object of texts and numbers
            var member = Pattern.compile("\"(\\w+)\":(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(\\w+))").matcher(line);
            while (member.find()) step.put(member.group(1), member.group(2) != null ? member.group(2).translateEscapes() : member.group(3));
            var answer = new TreeMap<String, String>();
            long began = System.nanoTime();
            try {
                answer.put("value", run(step));
            } catch (SQLException e) {
                describe(e, answer);
            }
            answer.put("ms", "" + (System.nanoTime() - began) / 1_000_000);
            if (connection != null) {
                answer.put("tx", connection.isClosed() ? "closed" : connection.unwrap(BaseConnection.class).getTransactionState().name().toLowerCase());
            }
            System.out.println(json(answer));
        }
    }

    static String run(Map<String, String> step) throws SQLException {
        switch (step.get("do")) {
            case "connect":
                connection = null;
                DriverManager.setLoginTimeout(0);
                var url = String.format("jdbc:postgresql://%s:%s/%s?sslmode=disable&gssEncMode=disable&connectTimeout=2&socketTimeout=2",
                    step.get("host"), step.get("port"), step.get("database"));
                connection = DriverManager.getConnection(url, step.get("user"), step.get("password"));
                return query(step, "select pg_backend_pid()");
            case "ping": return query(step, "select pg_backend_pid()");
            case "begin": connection.setAutoCommit(false); return null;
            case "commit": connection.commit(); return null;
            case "run": return query(step, step.get("sql"));
            default:
                if (connection != null) connection.close();
                connection = null;
                return null;
        }
    }

    static String query(Map<String, String> step, String sql) throws SQLException {
        try (var statement = connection.prepareStatement(sql.replace("$1", "?"))) {
            statement.unwrap(org.postgresql.jdbc.PgStatement.class).setQueryTimeoutMs(step.get("alone").equals("true") ? 0 : Long.parseLong(step.get("timeout")));
            if (sql.contains("$1")) statement.setInt(1, Integer.parseInt(step.get("id")));
            if (!statement.execute()) return null;
            var rows = statement.getResultSet();
            return rows.next() ? rows.getString(1) : null;
        }
    }

    static void describe(SQLException e, Map<String, String> answer) {
        var classes = new ArrayList<String>();
        for (Throwable t = e; t != null; t = t.getCause()) classes.add(t.getClass().getName());
        answer.put("class", String.join(" > ", classes));
        answer.put("code", e.getSQLState());
        answer.put("message", e.getMessage());
        var said = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
        if (said == null) return;
        answer.put("severity", said.getSeverity());
        answer.put("detail", said.getDetail());
        answer.put("hint", said.getHint());
        answer.put("where", said.getWhere());
        answer.put("position", said.getPosition() == 0 ? null : "" + said.getPosition());
        answer.put("schema", said.getSchema());
        answer.put("table", said.getTable());
        answer.put("column", said.getColumn());
        answer.put("constraint", said.getConstraint());
        answer.put("file", said.getFile());
        answer.put("routine", said.getRoutine());
    }

    static String json(Map<String, String> members) {
        var all = new StringJoiner(",", "{", "}");
        members.forEach((k, v) -> { if (v != null) all.add('"' + k + "\":\"" + v.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"'); });
        return all.toString();
    }
}
