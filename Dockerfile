# Fonts and moving map of the portal.
FROM node:22-bookworm-slim AS web
WORKDIR /web
COPY crates/portal/web/package.json crates/portal/web/package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM rust:1-bookworm AS build
WORKDIR /src
COPY . .
COPY --from=web /web/node_modules crates/portal/web/node_modules
RUN cargo build --locked --profile dist --package cli

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /nonexistent carrefour
COPY --from=build /src/target/dist/carrefour /usr/local/bin/carrefour
COPY --from=build /src/config /etc/carrefour
USER carrefour
EXPOSE 8080
ENTRYPOINT ["carrefour", "--config", "/etc/carrefour"]
CMD ["serve", "--listen", "0.0.0.0:8080"]
