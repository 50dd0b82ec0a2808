# The repository without its embedded PostgreSQL and Kafka running: docker-compose.yml brings both. See docs/docker.md.
ARG BASE=debian:bookworm-slim

FROM $BASE AS build
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends maven openjdk-17-jdk-headless \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN mvn -q -pl repo-server -am package -Dmaven.test.skip=true

FROM $BASE
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends openjdk-17-jre-headless ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 8480 --user-group --home-dir /var/lib/cloister --shell /usr/sbin/nologin cloister \
    && install -d -o cloister -g cloister -m 0700 /var/lib/cloister /var/lib/cloister/repo
COPY --from=build /src/bin/repo-server /opt/cloister/bin/repo-server
COPY --from=build /src/repo-server/target/lib /opt/cloister/repo-server/target/lib
COPY --from=build /src/repo-server/target/cloister-repo-server-*.jar /opt/cloister/repo-server/target/
USER cloister
ENV CLOISTER_REPO_STATE=/var/lib/cloister/repo CLOISTER_REPO_BIND=0.0.0.0 CLOISTER_REPO_PORT=8480
VOLUME /var/lib/cloister/repo
EXPOSE 8480
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=6 \
    CMD curl --fail --silent --show-error "http://127.0.0.1:$CLOISTER_REPO_PORT/healthz"
ENTRYPOINT ["/opt/cloister/bin/repo-server"]
