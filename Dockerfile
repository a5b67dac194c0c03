# The image of pratique: the program, the libraries it needs, a trust store, time zones, and nothing
# else. Built by `./dev image`, or `buildah build .`, or `docker build .`
ARG BASE=docker.io/library/debian:bookworm-slim

FROM ${BASE} AS build
WORKDIR /src
COPY . .
RUN ./dev build && ./dev need ca-certificates tzdata && tools/image_root.sh build/pratique /image

FROM scratch
COPY --from=build /image /
# By number, so that Kubernetes sees that it is not root (runAsNonRoot).
USER 65532:65532
EXPOSE 9443 8081
ENTRYPOINT ["/usr/bin/pratique"]
CMD ["serve", "--schemas", "/etc/pratique/schemas", "--certs", "/etc/pratique/certs", "--log-format", "json"]
