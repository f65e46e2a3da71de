import { lastValueFrom, mergeMap, type Observable } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import type { BackendSrv, BackendSrvRequest, FetchResponse } from '@grafana/runtime';

/** Grafana's HTTP client, as far as plugins use it: answers that are not 2xx are thrown as FetchError. */
export class HostBackendSrv implements Partial<BackendSrv> {
  fetch<T>(request: BackendSrvRequest): Observable<FetchResponse<T>> {
    const url = new URL(request.url, location.origin);
    for (const [name, value] of Object.entries(request.params ?? {})) {
      if (value != null) {
        url.searchParams.append(name, String(value));
      }
    }
    return fromFetch(url.toString(), {
      method: request.method ?? 'GET',
      headers: {
        ...(request.data == null ? {} : { 'content-type': 'application/json' }),
        ...(request.headers as Record<string, string>),
      },
      body: request.data == null ? undefined : JSON.stringify(request.data),
      signal: request.abortSignal,
    }).pipe(mergeMap((response) => toFetchResponse<T>(response, request)));
  }

  get = <T>(url: string, params?: Record<string, unknown>): Promise<T> => this.send({ url, params });
  post = <T>(url: string, data?: unknown): Promise<T> => this.send({ url, data, method: 'POST' });
  put = <T>(url: string, data?: unknown): Promise<T> => this.send({ url, data, method: 'PUT' });
  patch = <T>(url: string, data?: unknown): Promise<T> => this.send({ url, data, method: 'PATCH' });
  delete = <T>(url: string, data?: unknown): Promise<T> => this.send({ url, data, method: 'DELETE' });

  private async send<T>(request: BackendSrvRequest): Promise<T> {
    return (await lastValueFrom(this.fetch<T>(request))).data;
  }
}

async function toFetchResponse<T>(response: Response, config: BackendSrvRequest): Promise<FetchResponse<T>> {
  const text = await response.text();
  const { status, statusText, ok, headers, redirected, type, url } = response;
  const answer = { data: parse(text) as T, status, statusText, ok, headers, redirected, type, url, config };
  if (!ok) {
    throw answer;
  }
  return answer;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
