import http from 'node:http';
import type net from 'node:net';

const DEVICE = (id: string) => `device_id="${id}",device_ip="127.0.0.${id.slice(1)}",device_name="router-${id}"`;
const PLACE = 'branch="Depot",region="Tbilisi",device_type="router"';
const UPLINK = 'if_name="wan1",interface_type="isp",isp_provider="Magti",is_critical="true"';

/**
 * Speaks like the exporter and knows two devices: d1 up with an uplink that carries 8 Mbit/s, d2 down since a minute.
 * Counters carry the time of a poll once a minute. Also takes what Alertmanager posts.
 */
export class CannedExporter {
  readonly posts: { path: string; body: string }[] = [];
  readonly asked: string[] = [];
  private readonly started = Date.now();
  private readonly server = http.createServer((request, response) => {
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        this.posts.push({ path: request.url ?? '', body });
        response.end('ok');
      });
      return;
    }
    const url = new URL(request.url ?? '/', 'http://localhost');
    this.asked.push(url.search);
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(
      url.searchParams
        .getAll('collect[]')
        .map((part) => this.part(part))
        .join('')
    );
  });

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as net.AddressInfo).port;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Time of the newest poll, Unix ms: polls are a second apart here, so that a rate exists within seconds. */
  polledAt = () => Math.floor(Date.now() / 1000) * 1000;

  private part(part: string): string {
    const since = this.started / 1000;
    switch (part) {
      case 'ping':
        return [
          '# TYPE device_ping_status gauge',
          `device_ping_status{${DEVICE('d1')},${PLACE}} 1`,
          `device_ping_status{${DEVICE('d2')},${PLACE}} 0`,
          '',
        ].join('\n');
      case 'states':
        return [
          '# TYPE device_state_since_timestamp_seconds gauge',
          `device_state_since_timestamp_seconds{${DEVICE('d1')},${PLACE},state="up",since="exact"} ${since}`,
          `device_state_since_timestamp_seconds{${DEVICE('d2')},${PLACE},state="down",since="exact"} ${since - 60}`,
          '# TYPE interface_state_since_timestamp_seconds gauge',
          `interface_state_since_timestamp_seconds{${DEVICE('d1')},${UPLINK},branch="Depot",region="Tbilisi",state="up",since="exact"} ${since}`,
          '',
        ].join('\n');
      case 'interfaces': {
        const at = this.polledAt();
        return [
          '# TYPE interface_if_hc_in_octets counter',
          `interface_if_hc_in_octets{${DEVICE('d1')},${UPLINK}} ${at} ${at}`,
          '# TYPE interface_speed gauge',
          `interface_speed{${DEVICE('d1')},${UPLINK}} 100000000`,
          '',
        ].join('\n');
      }
      case 'device': {
        const at = this.polledAt();
        return [
          '# TYPE device_cpu_percent gauge',
          `device_cpu_percent{${DEVICE('d1')}} 12`,
          '# TYPE snmp_cpu_5sec gauge',
          `snmp_cpu_5sec{${DEVICE('d1')},vendor="cisco",cpu="RP0"} 12`,
          '# TYPE snmp_sessions_total counter',
          `snmp_sessions_total{${DEVICE('d1')},vendor="cisco"} ${at} ${at}`,
          '',
        ].join('\n');
      }
      case 'self':
        return '# TYPE isp_exporter_config_last_reload_successful gauge\nisp_exporter_config_last_reload_successful 1\n';
      default:
        return '';
    }
  }
}
