/** The table of addresses that a start prints. */
export function addressTable(ports, { simulated, logs }) {
  const at = (port, rest = '/') => `http://127.0.0.1:${port}${rest}`;
  const rows = [
    ['Monitor page', at(ports.page)],
    ['Exporter', at(ports.exporter)],
    ['Metrics', at(ports.exporter, '/metrics')],
    ['Inventory and API', at(ports.discovery)],
    ['VictoriaMetrics', at(ports.victoriametrics, '/vmui/')],
    ['vmagent targets', at(ports.vmagent, '/targets')],
    ['Alerts', at(ports.vmalert, '/api/v1/alerts')],
    ...(simulated ? [['Simulated network', at(ports.simulator, '/scenario')]] : []),
    ['Logs', logs],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, address]) => `  ${name.padEnd(width)}  ${address}`).join('\n');
}
