package node

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Event is one line of logs/events.ndjson.
type Event struct {
	Time      time.Time `json:"time"`
	Type      string    `json:"type"` // started, ready, exited, problem, halting, halted, failed
	Component string    `json:"component,omitempty"`
	Message   string    `json:"message"`
}

// journal appends events to a file that its owner reads.
type journal struct {
	path     string
	uid, gid int
}

func (j journal) write(kind, component, message string) {
	line, err := json.Marshal(Event{time.Now().UTC(), kind, component, message})
	if err != nil {
		return
	}
	f, err := openLog(j.path, j.uid, j.gid)
	if err != nil {
		return // a full disk must not stop a node that runs
	}
	defer f.Close()
	_, _ = f.Write(append(line, '\n'))
}

func openLog(path string, uid, gid int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	return f, errors.Join(f.Chown(uid, gid))
}

// rotating is a log file of bounded size: when it is full it becomes NAME.1, and the one before that is gone.
type rotating struct {
	mutex    sync.Mutex
	path     string
	uid, gid int
	limit    int64
	file     *os.File
	size     int64
}

func (r *rotating) Write(data []byte) (int, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.file != nil && r.size+int64(len(data)) > r.limit {
		_ = r.file.Close()
		r.file = nil
		_ = os.Rename(r.path, r.path+".1")
	}
	if r.file == nil {
		_ = os.MkdirAll(filepath.Dir(r.path), 0o700)
		f, err := openLog(r.path, r.uid, r.gid)
		if err != nil {
			return len(data), nil // what cannot be logged must not block who logs
		}
		r.file, r.size = f, 0
		if info, err := f.Stat(); err == nil {
			r.size = info.Size()
		}
	}
	written, _ := r.file.Write(data)
	r.size += int64(written)
	return len(data), nil
}
