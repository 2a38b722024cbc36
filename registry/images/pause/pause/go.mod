module datamill.dev/images/pause

go 1.24
