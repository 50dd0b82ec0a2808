package org.cloister.repo.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real PostgreSQL in a directory of ours, durable (fsync on), on a loopback port, with a password. It ends with this
 * process, however that ends, and starts again after any kill. One at a time for a directory.
 *
 * <p>Thread-safe.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final String USER = "cloister";
    private static final String DATABASE = "cloister";
    /** A new cluster takes 1 to 3 s; recovery after a kill reads at most {@code max_wal_size} of log. */
    private static final long START_PATIENCE_MILLIS = 120_000;

    private static final int START_ATTEMPTS = 20;
    private static final long STOP_PATIENCE_SECONDS = 30;
    private static final long POLL_MILLIS = 20;

    private final DirectoryLock lock;
    private final Path directory;
    private final Path programs;
    private final UnprivilegedCommand user;
    private final String password;
    private final int port;
    private Process process;

    private EmbeddedPostgres(
            DirectoryLock lock, Path directory, Path programs, UnprivilegedCommand user, String password, int port)
            throws IOException {
        this.lock = lock;
        this.directory = directory;
        this.programs = programs;
        this.user = user;
        this.password = password;
        this.port = port;
        this.process = launch();
    }

    /** Starts in {@code directory}, which is made on the first start; later starts find the data and keep the port. */
    public static EmbeddedPostgres start(Path directory) throws IOException {
        return start(directory, directory);
    }

    /** The same with programs that several clusters share. Returns when it answers and the database {@code cloister} is there. */
    public static EmbeddedPostgres start(Path directory, Path programsDirectory) throws IOException {
        Path absolute = Files.createDirectories(directory).toRealPath();
        DirectoryLock lock = DirectoryLock.take(absolute);
        Path programs = PostgresBinaries.unpack(programsDirectory.toAbsolutePath());
        UnprivilegedCommand user = UnprivilegedCommand.choose();
        String password = password(absolute.resolve("password"));
        initialize(absolute, programs, user);
        EmbeddedPostgres postgres =
                new EmbeddedPostgres(lock, absolute, programs, user, password, port(absolute.resolve("port")));
        postgres.awaitReady();
        postgres.createDatabase(DATABASE);
        return postgres;
    }

    /** The database that is always there, as its owner. */
    public DatabaseAccess access() {
        return access(DATABASE);
    }

    public DatabaseAccess access(String database) {
        return new DatabaseAccess("jdbc:postgresql://127.0.0.1:" + port + "/" + database, USER, password);
    }

    /** Creates an empty database unless it exists. */
    public void createDatabase(String name) throws IOException {
        createDatabase(name, "template0");
    }

    /** Creates a copy of {@code template} unless it exists; nobody may be connected to the template. */
    public void createDatabase(String name, String template) throws IOException {
        try (Connection connection = access("postgres").connect();
                PreparedStatement exists = connection.prepareStatement("select 1 from pg_database where datname = ?");
                Statement create = connection.createStatement()) {
            exists.setString(1, name);
            if (!exists.executeQuery().next()) {
                create.execute("create database \"" + name + "\" template \"" + template + "\"");
            }
        } catch (SQLException e) {
            throw new IOException("could not create database " + name, e);
        }
    }

    /** The postmaster's. */
    public synchronized long pid() {
        return process.pid();
    }

    public synchronized boolean isAlive() {
        return process.isAlive();
    }

    /** Starts it again where it left off if it died; returns when it answers. */
    public synchronized void restart() throws IOException {
        stop();
        process = launch();
        awaitReady();
    }

    /** Stops in order, so that the next start needs no recovery. */
    @Override
    public synchronized void close() throws IOException {
        try (lock) {
            stop();
        }
    }

    private void stop() throws IOException {
        try {
            if (process.isAlive()) {
                signal("INT");
                if (!process.waitFor(STOP_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while PostgreSQL stopped", e);
        }
    }

    /** INT is PostgreSQL's fast shutdown; Java can send TERM only, which waits for clients. */
    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    private Process launch() throws IOException {
        new FormerPostgres(data(directory)).clear();
        List<String> command = user.command(List.of(
                "setpriv",
                "--pdeathsig",
                "INT",
                programs.resolve("bin/postgres").toString(),
                "-D",
                data(directory).toString(),
                "-p",
                Integer.toString(port)));
        Path log = directory.resolve("postgres.log");
        return Nursery.start(new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())));
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + START_PATIENCE_MILLIS * 1_000_000;
        int attempts = 1;
        while (!answers()) {
            if (!process.isAlive() && attempts++ < START_ATTEMPTS) {
                process = launch();
            } else if (!process.isAlive() || System.nanoTime() > deadline) {
                close();
                throw new IOException("PostgreSQL did not start; see " + directory.resolve("postgres.log"));
            }
            pause();
        }
    }

    private boolean answers() {
        try (Connection connection = access("postgres").connect()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Path data(Path directory) {
        return directory.resolve("data");
    }

    /** Makes the cluster under another name first: half a cluster is never taken for one. */
    private static void initialize(Path directory, Path programs, UnprivilegedCommand user) throws IOException {
        if (Files.isDirectory(data(directory))) {
            return;
        }
        Path partial = directory.resolve("data.partial");
        if (Files.exists(partial)) {
            Trees.delete(partial);
        }
        Files.createDirectory(
                partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        user.own(directory);
        run(user.command(List.of(
                programs.resolve("bin/initdb").toString(),
                "-D",
                partial.toString(),
                "-U",
                USER,
                "--pwfile",
                directory.resolve("password").toString(),
                "-A",
                "scram-sha-256",
                "-E",
                "UTF8",
                "--locale",
                "C")));
        Files.writeString(partial.resolve("postgresql.auto.conf"), ClusterSettings.text(), StandardCharsets.UTF_8);
        Files.move(partial, data(directory), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command + " failed: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String password(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            Path partial = file.resolveSibling("password.partial");
            Files.deleteIfExists(partial);
            Files.createFile(
                    partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(partial, HexFormat.of().formatHex(random));
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.readString(file).strip();
    }

    /** The port of the last time if it is free, otherwise a new one, written down. */
    private static int port(Path file) throws IOException {
        if (Files.exists(file)) {
            int former = Integer.parseInt(Files.readString(file).strip());
            if (free(former) == former) {
                return former;
            }
        }
        int port = free(0);
        Files.writeString(file, Integer.toString(port));
        return port;
    }

    private static int free(int wanted) {
        try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            return -1;
        }
    }
}
