package org.cloister.repo.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Where a database is and who asks.
 *
 * @param url JDBC URL
 */
public record DatabaseAccess(String url, String user, String password) {
    private static final String CONNECT_TIMEOUT_SECONDS = "10";

    /** A connection of its own, outside every pool, as this user. The caller closes it. */
    public Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", CONNECT_TIMEOUT_SECONDS);
        properties.setProperty("tcpKeepAlive", "true");
        return DriverManager.getConnection(url, properties);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return url + " as " + user;
    }
}
