// probe is what the pods of the cluster's tests run: a small server, and a few questions asked from within a pod.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

func main() {
	if len(os.Args) == 1 {
		fmt.Println("serving")
		http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "hello from a pod") })
		fmt.Println(http.ListenAndServe(":8080", nil))
		os.Exit(1)
	}
	var answer string
	var err error
	switch os.Args[1] {
	case "lookup":
		var found []string
		found, err = net.LookupHost(os.Args[2])
		answer = fmt.Sprint(found)
	case "get":
		var r *http.Response
		if r, err = http.Get(os.Args[2]); err == nil {
			var body []byte
			body, err = io.ReadAll(r.Body)
			answer = string(body)
		}
	case "read":
		var text []byte
		text, err = os.ReadFile(os.Args[2])
		answer = string(text)
	case "write":
		var f *os.File
		if f, err = os.Create(os.Args[2]); err == nil {
			_, _ = f.WriteString(os.Args[3])
			_ = f.Sync()
			err = f.Close()
		}
	default:
		err = fmt.Errorf("no question %q", os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(answer)
}
