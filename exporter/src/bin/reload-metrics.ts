import { Gauge, type Registry } from 'prom-client';

/** Tells whether the sidecar runs with the configuration that its file holds. */
export class ReloadMetrics {
  private readonly successful: Gauge;
  private readonly timestamp: Gauge;

  /** Made once the first configuration is in use. */
  constructor(
    registry: Registry,
    private readonly now: () => number = Date.now
  ) {
    const registers = [registry];
    this.successful = new Gauge({
      name: 'isp_discovery_config_last_reload_successful',
      help: '1 when the configuration was valid at the last load, else 0; the one before is then still in use.',
      registers,
    });
    this.timestamp = new Gauge({
      name: 'isp_discovery_config_last_reload_success_timestamp_seconds',
      help: 'Unix time of the last load of a valid configuration.',
      registers,
    });
    this.loaded(true);
  }

  /** After each try to load the configuration. */
  loaded(valid: boolean): void {
    this.successful.set(valid ? 1 : 0);
    if (valid) {
      this.timestamp.set(this.now() / 1000);
    }
  }
}
