# Grafana with the app and its panel. Build from the root of the repository: docker build -f docker/grafana.Dockerfile .
FROM node:24.11.1-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json tsconfig.base.json tsconfig.json ./
COPY exporter/package.json exporter/
COPY grafana-plugin/package.json grafana-plugin/
RUN npm ci -w grafana-plugin --include-workspace-root
COPY grafana-plugin grafana-plugin
RUN npm run build -w grafana-plugin

FROM grafana/grafana:13.2.2
# Outside /var/lib/grafana: the volume there would keep the plugin and the dashboards of the first start for ever.
COPY --from=build /src/grafana-plugin/dist /opt/ispmonitor/plugins/ispmonitor-network-app
COPY provisioning/grafana /etc/grafana/provisioning
COPY dashboards/*.json /opt/ispmonitor/dashboards/
USER 472
