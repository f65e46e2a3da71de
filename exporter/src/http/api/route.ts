import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Caller, Role } from '../../model/caller';
import type { ProblemCode } from './problem';

/** What a handler gets: everything decoded and checked by the schemas of its route. */
export interface Call<P, Q, B> {
  params: P;
  query: Q;
  body: B;
  caller: Caller;
  req: Request;
  res: Response;
}

export interface Answer {
  status: 200 | 201 | 202 | 204;
  /** Of the JSON body; absent: there is none, or it is `type`. */
  schema?: z.ZodType;
  /** Of a body that is no JSON, such as text/csv. */
  type?: string;
  description: string;
}

/** One operation of the API: the same schemas decode the request and describe it in the OpenAPI document. */
export interface ApiRoute<P = unknown, Q = unknown, B = unknown> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below /api/v1, parameters in braces: `/devices/{id}`. */
  path: string;
  /** Least role that may call it. */
  role: Role;
  /** Exporters may call it too, with the token of `inventory.token`, whatever their role. */
  exporters?: true;
  /** Group in the document: devices, interfaces, sites, providers, discovery, import, scans, bundles, audit. */
  tag: string;
  /** Name for clients, unique: `listDevices`. */
  operationId: string;
  summary: string;
  description?: string;
  /**
   * Schemas with `.meta({ id: 'Device' })` stand once in the document, under that name; `.meta({ description, examples })`
   * is shown in it.
   */
  params?: z.ZodType<P>;
  /** Absent: the query must be empty. */
  query?: z.ZodType<Q>;
  /** Of a JSON body. Absent, like `text`: the body must be empty. */
  body?: z.ZodType<B>;
  /** A body that is taken as text (`B` is string; decoded, without byte order mark), by one of these media types. */
  text?: { types: readonly string[]; maxBytes: number };
  answer: Answer;
  /** Beside those that every route may give. */
  problems?: readonly ProblemCode[];
  /**
   * Resolves with the JSON body; with undefined when there is none or it wrote the answer itself. It may set headers, and
   * another status than that of `answer` (`res.status(201)`).
   */
  handle(call: Call<P, Q, B>): Promise<unknown>;
}

/** Keeps the types of one route together; the list of routes forgets them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const route = <P, Q, B>(one: ApiRoute<P, Q, B>): ApiRoute<any, any, any> => one;
