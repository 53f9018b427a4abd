import { ArgumentsHost, Catch, ExceptionFilter, HttpException } from '@nestjs/common';
import { NearscoreError } from '@nearscore/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AllowedMethods } from './allowed-methods';
import { errorAnswer, sendAnswer } from './error-answer';
import {
  BadRequestError,
  BodyTooLargeError,
  InternalError,
  MethodNotAllowedError,
  RouteNotFoundError,
  UnsupportedMediaTypeError,
} from './http.errors';
import { noteError } from './request-log';

/** Turns whatever a request ended with into the one error shape. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly allowedMethods: AllowedMethods,
    private readonly maxBodyBytes: number,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = this.toNearscoreError(thrown, request);
    noteError(request, error);
    // A handler that fails after its timeout was answered has nobody left to tell.
    if (reply.sent) return;
    sendAnswer(reply, errorAnswer(error, request.method));
  }

  private toNearscoreError(thrown: unknown, request: FastifyRequest): NearscoreError {
    if (thrown instanceof NearscoreError) return thrown;
    if (thrown instanceof HttpException) return this.fromFramework(thrown, request);
    return new InternalError(thrown);
  }

  // Nothing of ours throws an HttpException: these come from Nest and Fastify, told apart by their status alone.
  private fromFramework(exception: HttpException, request: FastifyRequest): NearscoreError {
    switch (exception.getStatus()) {
      case 400:
        return new BadRequestError(exception.message);
      case 404:
        return this.notFound(request);
      case 413:
        return new BodyTooLargeError(this.maxBodyBytes);
      case 415:
        return new UnsupportedMediaTypeError('The body has no content type, or one that is not taken here.');
      default:
        return new InternalError(exception);
    }
  }

  private notFound(request: FastifyRequest): NearscoreError {
    const allowed = this.allowedMethods.at(request.url.split('?', 1)[0] ?? '');
    return allowed.length === 0 ? new RouteNotFoundError() : new MethodNotAllowedError(allowed);
  }
}
