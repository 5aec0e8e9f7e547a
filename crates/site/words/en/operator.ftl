# How the installation runs, for whoever keeps the county's machines
nav-operator = Running
operator-title = How it runs
operator-now = Now
operator-waiting = Jobs that wait
operator-failed = Jobs given up
operator-room = Room on the disk
operator-room-text = { $free } of { $whole } MiB are left
operator-unknown = Not known yet
operator-memory = Memory in use
operator-pages = Public pages
operator-pages-text = { $kept } given out as kept, { $fresh } made anew
operator-late = Since { $since } jobs that are due have waited. Start the program that does them.
operator-unsealed = Since { $since } entries have waited for their seal. Start the program that does jobs.
operator-jobs = Jobs given up
operator-jobs-none = None.
operator-again = Do it again
operator-not-again = The text of a message is deleted and cannot be sent again. Whoever answers sees that it did not arrive and answers in another way.
operator-done-again = It waits for a worker once more.
operator-done-gone = It is under way already, or there is nothing left to do it with.
operator-backups = Backups
operator-backups-none = None was made yet.
operator-backup-missing = { $n ->
    [one] { $n } file is not in it
   *[other] { $n } files are not in it
}
operator-backups-how = Run wugong backup every night, and copy it to another machine.
operator-slow = Slow pages
operator-slow-text = Counted since this program began; more than { $ms } milliseconds is slow. Kinds of pages only, not who looked at what.
operator-route = Page
operator-count = Times
operator-slow-n = Slow
operator-mean = Mean
operator-broken = Broken
