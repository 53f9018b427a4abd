import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type ClientProxy } from '@nestjs/microservices';
import { type RecordToPut, type RecordWritten } from '@nearscore/grid-transport';
import { lastValueFrom } from 'rxjs';

export const RECORDS = Symbol('RECORDS');

const page = {
  ...{ empty_server_form_handler: 0, popup_window: 0, https: 0, request_from_other_domain: 0 },
  ...{ anchor_from_other_domain: 0, is_popular: 0.5, long_url: 1, age_of_domain: 1, ip_in_url: 1 },
};

/** Puts one record at the start, so that there is something to tell of. */
@Injectable()
export class FirstPage implements OnApplicationBootstrap {
  private readonly logger = new Logger(FirstPage.name);

  constructor(@Inject(RECORDS) private readonly records: ClientProxy) {}

  async onApplicationBootstrap(): Promise<void> {
    const record: RecordToPut = { key: 'my-page', value: page };
    const { key, partition } = await lastValueFrom(this.records.send<RecordWritten>('features.phishing', record));
    this.logger.log(`${key} is written to partition ${partition}`);
  }
}
