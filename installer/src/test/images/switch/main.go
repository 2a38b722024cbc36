// A server whose behaviour a test chooses: ready, unready, crash, oom, exit, or any status after some log lines.
package main

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"
)

func main() {
	mode := "ready"
	if len(os.Args) > 1 {
		mode = os.Args[1]
	}
	fmt.Println("switch starts as", mode)
	switch mode {
	case "crash":
		fmt.Println("cannot open the vault: no such key")
		os.Exit(3)
	case "exit":
		status := 0
		if len(os.Args) > 2 {
			status, _ = strconv.Atoi(os.Args[2])
		}
		os.Exit(status)
	case "oom":
		var hoard [][]byte
		for {
			block := make([]byte, 8<<20)
			for i := range block {
				block[i] = 1
			}
			hoard = append(hoard, block)
			time.Sleep(10 * time.Millisecond)
		}
	}
	http.HandleFunc("/ready", func(w http.ResponseWriter, r *http.Request) {
		if mode == "unready" {
			http.Error(w, "the index is still being built", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	if err := http.ListenAndServe(":8080", nil); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
