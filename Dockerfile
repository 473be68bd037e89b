FROM rust:1-bookworm AS build
WORKDIR /src
COPY . .
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
