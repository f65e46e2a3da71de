import { useSyncExternalStore, type PropsWithChildren, type ReactElement } from 'react';
import { Router, type Navigator } from 'react-router';
import { FieldType, toDataFrame, type DataQueryRequest } from '@grafana/data';
import {
  locationService,
  setBackendSrv,
  setDataSourceSrv,
  type BackendSrv,
  type DataSourceSrv,
} from '@grafana/runtime';
import { cleanup, render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { of, throwError, type Observable } from 'rxjs';

export interface TestSample {
  labels: Record<string, string>;
  value: number;
}

/** What the data source answers, by the refId of the query; change it to change the world. */
export interface FakeMetrics {
  answers: Record<string, TestSample[]>;
  error: Error | null;
  requests: string[][];
}

/** Puts a data source with canned answers where Grafana would put the real one. */
export function fakeMetrics(answers: FakeMetrics['answers'] = {}): FakeMetrics {
  const fake: FakeMetrics = { answers, error: null, requests: [] };
  const source = {
    uid: 'metrics',
    name: 'VM',
    type: 'prometheus',
    query: async ({ targets }: DataQueryRequest) => {
      fake.requests.push(targets.map(({ refId }) => refId));
      if (fake.error) {
        throw fake.error;
      }
      return {
        data: targets.flatMap(({ refId }) =>
          (fake.answers[refId] ?? []).map(({ labels, value }) =>
            toDataFrame({
              refId,
              fields: [
                { name: 'Time', type: FieldType.time, values: [Date.now()] },
                { name: 'Value', type: FieldType.number, labels, values: [value] },
              ],
            })
          )
        ),
      };
    },
  };
  const settings = { uid: 'metrics', name: 'VM', type: 'prometheus', meta: { info: { logos: {} } } };
  setDataSourceSrv({
    get: async () => source,
    getList: () => [settings],
    getInstanceSettings: () => settings,
  } as unknown as DataSourceSrv);
  return fake;
}

export type Handler = (request: { url: string; method?: string; data?: unknown }) => unknown;

/** Grafana's HTTP client: `handler` returns the body of an answer or throws what a FetchError holds. */
export function fakeBackend(handler: Handler): void {
  const fetch = (request: Parameters<Handler>[0]): Observable<unknown> => {
    try {
      return of({ data: handler(request), status: 200 });
    } catch (error) {
      return throwError(() => error);
    }
  };
  const get = async (url: string) => handler({ url });
  setBackendSrv({ fetch, get } as unknown as BackendSrv);
}

const RouterOfGrafana = ({ children }: PropsWithChildren) => {
  const location = useSyncExternalStore(
    (tell) => locationService.getHistory().listen(tell),
    () => locationService.getLocation()
  );
  return (
    <Router location={location} navigator={locationService.getHistory() as unknown as Navigator}>
      {children}
    </Router>
  );
};

/** Leaves the page before and renders at a path of Grafana, with somebody who clicks and types. */
export function visit(path: string, element: ReactElement) {
  cleanup();
  locationService.push(path);
  return { user: userEvent.setup(), ...render(element, { wrapper: RouterOfGrafana }) };
}
