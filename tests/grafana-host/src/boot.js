// What Grafana's index.html puts on window; @grafana/runtime reads it when it is imported, so this comes first.
(() => {
  const params = new URLSearchParams(location.search);
  // The theme outlives the page that asked for it, so that links need not carry it.
  const theme = params.get('theme') ?? window.sessionStorage.getItem('host.theme') ?? 'dark';
  window.sessionStorage.setItem('host.theme', theme);
  window.__grafana_public_path__ = '/public/';
  window.grafanaBootData = {
    assets: { dark: '', light: '' },
    user: {
      id: 1,
      login: 'operator',
      name: 'operator',
      theme,
      timezone: 'browser',
      orgRole: 'Admin',
      locale: 'en-US',
      language: 'en-US',
      regionalFormat: 'en-US',
      isSignedIn: true,
      permissions: {},
    },
    settings: {
      appSubUrl: '',
      buildInfo: { version: '13.2.2', env: 'production' },
      featureToggles: {},
      datasources: {},
      panels: {},
      apps: {},
      defaultDatasource: 'metrics',
      namespace: 'default',
      liveEnabled: false,
      minRefreshInterval: '5s',
      unifiedAlerting: {},
      analytics: {},
    },
    navTree: [],
  };
})();
