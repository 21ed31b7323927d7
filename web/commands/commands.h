/* What command.c lists; one file each in this folder. */
#ifndef BONGSU_WEB_COMMANDS_H
#define BONGSU_WEB_COMMANDS_H

struct command_run;

int command_serve(struct command_run *run);
int command_worker(struct command_run *run);
int command_migrate(struct command_run *run);
int command_backup(struct command_run *run);
int command_restore(struct command_run *run);
int command_export(struct command_run *run);
int command_import(struct command_run *run);
int command_notice(struct command_run *run);
int command_oncall(struct command_run *run);
int command_user(struct command_run *run);
int command_token(struct command_run *run);
int command_routes(struct command_run *run);
int command_wording(struct command_run *run);
int command_incident(struct command_run *run);
int command_demo(struct command_run *run);
int command_doctor(struct command_run *run);

#endif
