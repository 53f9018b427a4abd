import { Module } from '@nestjs/common';
import { ClientsModule } from '@nestjs/microservices';
import { RecordClient } from '@nearscore/grid-transport';
import { AlertsController } from './alerts.controller';
import { grid } from './grid';
import { FirstPage, RECORDS } from './first-page.service';

@Module({
  imports: [ClientsModule.register([{ name: RECORDS, customClass: RecordClient, options: { grid } }])],
  controllers: [AlertsController],
  providers: [FirstPage],
})
export class ListenerModule {}
