import { useEffect, useMemo } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'react-router-dom';
import { CompatRouter, Route, Routes, useLocation } from 'react-router-dom-v5-compat';
import { getThemeById, PluginContextProvider, ThemeContext, type AppPlugin, type AppPluginMeta } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { LocationServiceProvider, locationSearchToObject, locationService } from '@grafana/runtime';
import { ErrorBoundaryAlert, GlobalStyles, PortalContainer, useTheme2 } from '@grafana/ui';
import { setPluginPage } from 'host-runtime/PluginPage';
import { HostPage } from './HostPage';
import { PanelPage } from './PanelPage';
import { setUpServices } from './services';
import { registerSharedModules, System } from './shared-modules';

const AppRoot = ({ plugin }: { plugin: AppPlugin }) => {
  const { pathname, search } = useLocation();
  const query = useMemo(() => locationSearchToObject(search), [search]);
  const Root = plugin.root;
  return Root ? (
    <PluginContextProvider meta={plugin.meta}>
      <ErrorBoundaryAlert>
        <Root meta={plugin.meta} basename={pathname} onNavChanged={() => {}} query={query as never} path={pathname} />
      </ErrorBoundaryAlert>
    </PluginContextProvider>
  ) : null;
};

const ConfigRoot = ({ plugin }: { plugin: AppPlugin }) => {
  const [page] = plugin.configPages ?? [];
  const Body = page?.body;
  return Body ? (
    <HostPage pageNav={{ text: `${plugin.meta.name}: ${page?.title}` }}>
      <Body plugin={plugin as never} query={{}} />
    </HostPage>
  ) : null;
};

const Chrome = ({ meta, children }: { meta: AppPluginMeta; children: React.ReactNode }) => {
  const theme = useTheme2();
  // As Grafana does: a click on a plain link inside it changes the page without loading it anew.
  useEffect(() => {
    const follow = (event: MouseEvent) => {
      const anchor = (event.target as Element).closest('a');
      const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
      if (anchor && plain && !event.defaultPrevented && anchor.origin === location.origin && !anchor.target) {
        event.preventDefault();
        locationService.push(anchor.pathname + anchor.search);
      }
    };
    document.addEventListener('click', follow);
    return () => document.removeEventListener('click', follow);
  }, []);
  const pages = meta.includes?.filter((include) => include.addToNav) ?? [];
  return (
    <div style={{ display: 'flex', flexDirection: 'column', minHeight: '100vh' }}>
      <nav
        style={{
          display: 'flex',
          gap: 16,
          padding: '6px 16px',
          background: theme.colors.background.primary,
          borderBottom: `1px solid ${theme.colors.border.weak}`,
        }}
      >
        <strong>{meta.name}</strong>
        {pages.map((page) => (
          <a key={page.path} href={page.path} style={{ color: theme.colors.text.link }}>
            {page.name}
          </a>
        ))}
      </nav>
      <main style={{ flex: 1, minWidth: 0, display: 'flex', background: theme.colors.background.canvas }}>
        {children}
      </main>
    </div>
  );
};

async function main(): Promise<void> {
  setUpServices();
  setPluginPage(HostPage as never);
  registerSharedModules();
  await initPluginTranslations('host');
  const { app, nested } = await (await fetch('/host/plugin.json')).json();
  const meta = app as AppPluginMeta;
  const { plugin } = await System.import<{ plugin: AppPlugin }>(meta.module);
  plugin.meta = meta as never;
  plugin.init?.(meta as never);
  const boot = (window as unknown as { grafanaBootData: { user: { theme: string } } }).grafanaBootData;
  createRoot(document.getElementById('reactRoot')!).render(
    <ThemeContext.Provider value={getThemeById(boot.user.theme)}>
      <GlobalStyles />
      <LocationServiceProvider service={locationService}>
        <Router history={locationService.getHistory()}>
          <CompatRouter>
            <Chrome meta={meta}>
              <Routes>
                <Route path="/a/:pluginId/*" element={<AppRoot plugin={plugin} />} />
                <Route path="/plugins/:pluginId" element={<ConfigRoot plugin={plugin} />} />
                <Route path="/panel/:panelId" element={<PanelPage nested={nested} />} />
              </Routes>
            </Chrome>
            <PortalContainer />
          </CompatRouter>
        </Router>
      </LocationServiceProvider>
    </ThemeContext.Provider>
  );
}

main().catch((error: Error) => {
  console.error(error);
  document.body.append(`The host page could not start: ${error.stack ?? error}`);
});
