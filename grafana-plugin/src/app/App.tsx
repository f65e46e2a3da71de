import { useMemo } from 'react';
import { Route, Routes } from 'react-router';
import type { AppRootProps } from '@grafana/data';
import { PluginPage } from '@grafana/runtime';
import { Alert, LinkButton } from '@grafana/ui';
import { parseSettings, type SettingsErrors } from '../config/settings';
import { DevicePage } from '../pages/device/DevicePage';
import { MonitorPage } from '../pages/monitor/MonitorPage';
import { NotFoundPage } from './NotFoundPage';
import { CONFIG_PATH } from './paths';

export const App = ({ meta }: AppRootProps) => {
  const parsed = useMemo(() => parseSettings(meta.jsonData), [meta.jsonData]);
  if (!parsed.ok) {
    return <WrongSettings errors={parsed.errors} />;
  }
  return (
    <Routes>
      <Route index element={<MonitorPage settings={parsed.settings} />} />
      <Route path="devices/:id" element={<DevicePage settings={parsed.settings} />} />
      <Route path="*" element={<NotFoundPage />} />
    </Routes>
  );
};

const WrongSettings = ({ errors }: { errors: SettingsErrors }) => (
  <PluginPage pageNav={{ text: 'Monitor' }}>
    <Alert severity="error" title="The configuration of this app cannot be used">
      <ul>
        {Object.entries(errors).map(([name, message]) => (
          <li key={name}>{`${name}: ${message}`}</li>
        ))}
      </ul>
      <LinkButton size="sm" variant="secondary" href={CONFIG_PATH}>
        Open the configuration
      </LinkButton>
    </Alert>
  </PluginPage>
);
