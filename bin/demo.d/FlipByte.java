import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a dishonest administrator of the database would do: switches the triggers off as owner and changes one byte of one
 * recorded payload. Prints the position. Arguments: JDBC URL, position.
 */
final class FlipByte {
    private FlipByte() {}

    public static void main(String[] arguments) throws SQLException {
        long position = Long.parseLong(arguments[1]);
        try (Connection connection = DriverManager.getConnection(arguments[0]);
                Statement statement = connection.createStatement()) {
            statement.execute("alter table event disable trigger user");
            String payload = payload(connection, position);
            int at = payload.length() / 2;
            char flipped = (char) (payload.charAt(at) ^ 1);
            try (PreparedStatement update =
                    connection.prepareStatement("update event set payload = ? where position = ?")) {
                update.setString(1, payload.substring(0, at) + flipped + payload.substring(at + 1));
                update.setLong(2, position);
                if (update.executeUpdate() != 1) {
                    throw new IllegalStateException("no event at " + position);
                }
            }
        }
        System.out.println(position);
    }

    private static String payload(Connection connection, long position) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select payload from event where position = ?")) {
            select.setLong(1, position);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException("no event at " + position);
                }
                return row.getString(1);
            }
        }
    }
}
