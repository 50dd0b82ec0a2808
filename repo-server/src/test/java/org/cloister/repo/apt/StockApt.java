package org.cloister.repo.apt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;

/** The machine's own apt in directories of its own, as it is without anybody's configuration. */
@NullMarked
public final class StockApt {
    private static final long SECONDS = 60;

    private final Path directory;
    private final Path root;

    /** What a program ended with. */
    public record Result(int status, String output) {}

    /** @param sources the lines of sources.list */
    public StockApt(Path directory, String... sources) throws IOException {
        this.directory = Files.createDirectories(directory).toAbsolutePath();
        this.root = this.directory.resolve("root");
        for (String part : List.of(
                "etc/parts",
                "etc/sources.list.d",
                "etc/preferences.d",
                "etc/trusted.gpg.d",
                "etc/auth.conf.d",
                "state/lists/partial",
                "cache/archives/partial",
                "root/var/lib/dpkg/info",
                "root/var/lib/dpkg/updates",
                "downloads")) {
            Files.createDirectories(this.directory.resolve(part));
        }
        Files.createFile(root.resolve("var/lib/dpkg/status"));
        Files.writeString(this.directory.resolve("etc/sources.list"), String.join("\n", sources) + "\n");
        Files.writeString(this.directory.resolve("apt.conf"), """
                Dir::Etc "%1$s/etc";
                Dir::Etc::main "/dev/null";
                Dir::Etc::parts "%1$s/etc/parts";
                Dir::State "%1$s/state";
                Dir::State::status "%1$s/root/var/lib/dpkg/status";
                Dir::Cache "%1$s/cache";
                Dir::Log "%1$s/state";
                APT::Architecture "amd64";
                APT::Architectures { "amd64"; };
                APT::Sandbox::User "";
                DPkg::Options { "--root=%1$s/root"; "--force-not-root"; "--force-script-chrootless"; };
                """.formatted(this.directory));
    }

    /** For a machine that needs a token. */
    public StockApt login(String machine, String token) throws IOException {
        Files.writeString(
                directory.resolve("etc/auth.conf"), "machine " + machine + " login token password " + token + "\n");
        return this;
    }

    public Result run(String... command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.resolve("downloads").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("APT_CONFIG", directory.resolve("apt.conf").toString());
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
        builder.environment()
                .keySet()
                .removeIf(name -> name.toLowerCase(java.util.Locale.ROOT).endsWith("_proxy"));
        Process process = builder.start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return new Result(process.waitFor(), Files.readString(output, StandardCharsets.UTF_8));
    }

    /** Answers what it said. @throws AssertionError if it failed or warned */
    public String must(String... command) throws IOException, InterruptedException {
        Result result = run(command);
        if (result.status() != 0
                || result.output().contains("W: ")
                || result.output().contains("E: ")) {
            throw new AssertionError(
                    String.join(" ", command) + " ended with " + result.status() + ":\n" + result.output());
        }
        return result.output();
    }

    public String update() throws IOException, InterruptedException {
        return must("apt-get", "update");
    }

    public void install(String... packages) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("apt-get", "-y", "install"));
        command.addAll(List.of(packages));
        must(command.toArray(String[]::new));
    }

    /** The version that apt would install, or {@code (none)}. */
    public String candidate(String name) throws IOException, InterruptedException {
        return must("apt-cache", "policy", name)
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("Candidate: "))
                .map(line -> line.substring("Candidate: ".length()))
                .findFirst()
                .orElse("(none)");
    }

    public Path installed(String path) {
        return root.resolve(path);
    }

    public Path downloads() {
        return directory.resolve("downloads");
    }
}
