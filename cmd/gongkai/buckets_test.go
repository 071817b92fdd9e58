package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai"
	"gongkai/account"
	"gongkai/store/bucket/buckettest"
)

func TestFilesLieInS3WhereBucketsAreGiven(t *testing.T) {
	s := buckettest.Start(t, "originals", "copies")
	cfg := config{Data: t.TempDir(), files: onServer(s)}
	if err := cfg.files.Validate(); err != nil {
		t.Fatal(err)
	}
	a, err := open(t.Context(), cfg, io.Discard, account.Demo)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.close() }()
	ref, err := a.content.Files.Add(t.Context(), gongkai.Actor{ID: "u"}, "a.txt", strings.NewReader("你好"))
	if err != nil {
		t.Fatal(err)
	}
	if there, err := s.Open(t, "originals").Exists(t.Context(), ref.Digest); err != nil || !there {
		t.Errorf("the original is not in its bucket: %v", err)
	}
	if _, err := os.Stat(filepath.Join(cfg.Data, "files")); !os.IsNotExist(err) {
		t.Error("folders for files were made as well")
	}
	s.Misbehave(buckettest.Gone)
	for _, part := range a.stands {
		if err := part.Ping(t.Context()); part.Required || !gongkai.Is(err, gongkai.Unavailable) {
			t.Errorf("%s while the server is away: %v", part.Name, err)
		}
	}
	s.Misbehave(nil)
	for _, part := range a.stands {
		if err := part.Ping(t.Context()); err != nil {
			t.Errorf("%s when it is back: %v", part.Name, err)
		}
	}
	if len(a.stands) != 2 {
		t.Errorf("it stands on %d buckets", len(a.stands))
	}
}

func onServer(s *buckettest.Server) files {
	o, p := s.Options("", "originals"), s.Options("", "copies")
	return files{o.URL, o.Key, o.Secret, p.URL, p.Key, p.Secret}
}

func TestBucketsThatCannotBeAreRefusedByName(t *testing.T) {
	s := buckettest.Start(t, "originals", "copies")
	for name, c := range map[string]struct {
		change func(*files)
		words  string
	}{
		"one bucket for both":      {func(f *files) { f.PublicFilesURL = f.OriginalsURL + "&use_path_style=true" }, "GONGKAI_PUBLIC_FILES_URL"},
		"no secret":                {func(f *files) { f.PublicFilesSecret = "" }, "GONGKAI_PUBLIC_FILES_SECRET"},
		"no URL of S3":             {func(f *files) { f.OriginalsURL = "http://geheim/" }, "GONGKAI_ORIGINALS_URL"},
		"a bucket nobody has made": {func(f *files) { f.PublicFilesURL = strings.Replace(f.PublicFilesURL, "copies", "nowhere", 1) }, "GONGKAI_PUBLIC_FILES_URL"},
		"a wrong secret":           {func(f *files) { f.OriginalsSecret = "geheim" }, "GONGKAI_ORIGINALS_SECRET"},
	} {
		cfg := config{Data: t.TempDir(), files: onServer(s)}
		c.change(&cfg.files)
		err := cfg.files.Validate()
		if err == nil {
			_, err = open(t.Context(), cfg, io.Discard, account.Demo)
		}
		if err == nil || !strings.Contains(err.Error(), c.words) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
