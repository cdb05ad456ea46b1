"""Jobs: what runs by the clock or because something waits, in a process of its own (`portal jobs work`).

`schedule` lists them, `job` is what each is given, `due` reads the schedule, `runner` does one run and leaves its row,
`worker` is the process. The other modules are a job each; `views` shows head office what they did.
"""
