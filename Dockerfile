# The tag is exact; its digest is not pinned, for want of a registry to ask: docs/deployment.md.
FROM node:24.21.0-bookworm-slim AS packages

WORKDIR /app
COPY package.json package-lock.json .npmrc ./

# What is optional is left out (an embedded PostgreSQL, a second Node, Firestore), but for the native part
# of argon2, which npm takes for optional as well. All of it as the lock has it, and no script is run.
RUN npm ci --omit=dev --ignore-scripts \
 && mv node_modules/@node-rs /tmp/@node-rs \
 && npm ci --omit=dev --omit=optional --ignore-scripts \
 && rm -rf node_modules/@node-rs \
 && mv /tmp/@node-rs node_modules/@node-rs \
 && node -e 'require("@node-rs/argon2").hashSync("it runs here")'


FROM node:24.21.0-bookworm-slim

# Nothing is installed any more, so there is nothing to install with.
RUN rm -rf /usr/local/lib/node_modules /usr/local/include /opt/yarn-* \
      /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
      /usr/local/bin/yarn /usr/local/bin/yarnpkg \
 && ln -s /app/bin/herald.js /usr/local/bin/herald

WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json LICENSE ./
COPY bin bin
COPY migrations migrations
COPY src src

# A container is reached from outside, so Herald asks for HERALD_HOOK_SECRETS where it has the hooks.
ENV NODE_ENV=production \
    HERALD_HOST=0.0.0.0

# The user "node"; by number, so that Kubernetes can see that it is not root. Herald writes no file.
USER 1000:1000
EXPOSE 8080

HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HERALD_PORT || 8080}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]

# Node handles SIGTERM itself, so it needs nobody above it.
ENTRYPOINT ["node", "/app/bin/herald.js"]
CMD ["serve"]
