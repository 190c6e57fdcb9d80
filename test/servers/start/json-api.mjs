import "reflect-metadata";
import { Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { TypeOrmModule } from "@nestjs/typeorm";
import express from "express";
import { JsonApiModule } from "json-api-nestjs";
import Database from "libsql";
import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

const [port, database] = process.argv.slice(2);

class Rows {}
for (const [name, type] of [
  ["id", Number],
  ["ref", String],
  ["title", String],
])
  Reflect.defineMetadata("design:type", type, Rows.prototype, name);
PrimaryGeneratedColumn()(Rows.prototype, "id");
Column({ type: "varchar" })(Rows.prototype, "ref");
Column({ type: "varchar" })(Rows.prototype, "title");
Entity("rows")(Rows);

class App {}
Module({
  imports: [
    // One connection, so that the transaction of a request has all of its operations.
    TypeOrmModule.forRoot({
      type: "better-sqlite3",
      driver: (...options) => new Database(...options),
      database,
      entities: [Rows],
      synchronize: true,
    }),
    JsonApiModule.forRoot({
      entities: [Rows],
      options: { operationUrl: "operations", requiredSelectField: false },
    }),
  ],
})(App);

const app = await NestFactory.create(App, { bodyParser: false, logger: ["error"] });
app.use(express.json({ type: "application/vnd.api+json" }));
await app.listen(Number(port), "127.0.0.1");
