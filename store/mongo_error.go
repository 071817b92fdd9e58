// MongoDB's errors in the project's words. Messages of the server may echo
// values and those of the driver addresses, so only codes are kept.

package store

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/description"
	"go.mongodb.org/mongo-driver/x/mongo/driver/auth"
	"go.mongodb.org/mongo-driver/x/mongo/driver/topology"

	"gongkai"
)

// The server's codes that mean: I am not, or no longer, the primary.
var notPrimary = []int{91, 189, 10058, 10107, 11600, 11602, 13435, 13436}

// mongoError translates once; an error that is ours already passes through.
func mongoError(err error) error {
	var ours *gongkai.Error
	switch {
	case err == nil, errors.As(err, &ours):
		return err
	case errors.Is(err, mongo.ErrClientDisconnected):
		return closed()
	case errors.Is(err, context.Canceled):
		return cancelled(context.Canceled)
	case hasCode(err, 10334, 10003, 17280, 17419, 17420):
		return invalid("too_large", "", "文档超过数据库允许的大小", "it is larger than the database allows")
	}
	return trouble(err).Because(mongoCause(err))
}

// trouble says what is wrong with the database.
func trouble(err error) *gongkai.Error {
	var selection topology.ServerSelectionError
	switch {
	case isAuth(err):
		return unavailable("store_password", "数据库拒绝登录，请检查用户名、密码和 authSource", "the database refuses to sign in; check name, password and authSource")
	case isTLS(err):
		return unavailable("store_tls", "数据库的 TLS 连接失败，请检查证书、主机名和连接串中的 tls 参数", "the TLS connection to the database fails; check certificates, host name and the tls parameters of the URI")
	case errors.As(err, &selection):
		return unreachable(selection.Desc)
	case hasCode(err, notPrimary...):
		return noPrimary()
	case hasCode(err, 13, 8000):
		return unavailable("store_rights", "数据库账号权限不足，需要所用数据库的 readWrite 角色", "the account may not do this in the database; it needs readWrite on the database used")
	case hasCode(err, 14031):
		return unavailable("disk_full", "磁盘空间不足，未写入任何内容", "the disk is full; nothing was written")
	case isPoolWait(err):
		return unavailable("store_busy", "数据库连接均被占用，请稍后重试", "all connections to the database are in use; try again later")
	case mongo.IsTimeout(err):
		return unavailable("store_timeout", "数据库未在时限内答复", "the database did not answer in time")
	case mongo.IsNetworkError(err):
		return unavailable("store_unreachable", "与数据库的连接中断", "the connection to the database broke")
	}
	return unavailable("store_error", "数据库出错", "the database failed")
}

// unreachable looks into what the driver knows of the servers: the reason why
// none could be chosen is there.
func unreachable(seen description.Topology) *gongkai.Error {
	alive := false
	for _, s := range seen.Servers {
		if s.LastError != nil && (isAuth(s.LastError) || isTLS(s.LastError)) {
			return trouble(s.LastError)
		}
		alive = alive || s.Kind != description.Unknown
	}
	if alive {
		return noPrimary()
	}
	return unavailable("store_unreachable", "无法连接数据库，请检查地址、端口、防火墙和 TLS 设置", "the database cannot be reached; check address, port, firewall and TLS")
}

func noPrimary() *gongkai.Error {
	return unavailable("store_no_primary", "数据库副本集暂无主节点，请稍后重试", "the database's replica set has no primary at the moment; try again later")
}

// unknownOutcome is the only error of a write that may have been made.
func unknownOutcome() *gongkai.Error {
	return unavailable("unknown_outcome", "数据库未确认写入结果，请重新读取后再决定是否重试", "the database did not confirm the write; read again before repeating it")
}

// isUnsure reports whether a write that failed so may have been made after all:
// whatever is not plainly a refusal, or a failure before anything was sent.
func isUnsure(err error) bool {
	var ours *gongkai.Error
	var refused mongo.WriteException
	var bulk mongo.BulkWriteException
	var command mongo.CommandError
	switch {
	case err == nil, errors.As(err, &ours), isAuth(err), isPoolWait(err), errors.As(err, &topology.ServerSelectionError{}), errors.Is(err, mongo.ErrClientDisconnected):
		return false
	case errors.As(err, &refused):
		return len(refused.WriteErrors) == 0
	case errors.As(err, &bulk):
		return len(bulk.WriteErrors) == 0 || bulk.WriteConcernError != nil
	case errors.As(err, &command):
		return command.Code == 0 || mongo.IsNetworkError(err) || mongo.IsTimeout(err) || hasCode(err, notPrimary...) || command.HasErrorLabel("RetryableWriteError")
	}
	return true
}

func hasCode(err error, codes ...int) bool {
	var server mongo.ServerError
	return errors.As(err, &server) && slices.ContainsFunc(codes, server.HasErrorCode)
}

func isAuth(err error) bool {
	var refused *auth.Error
	return errors.As(err, &refused) || hasCode(err, 18)
}

func isPoolWait(err error) bool {
	var full topology.WaitQueueTimeoutError
	return errors.As(err, &full)
}

func isTLS(err error) bool {
	var (
		verify    *tls.CertificateVerificationError
		header    tls.RecordHeaderError
		alert     tls.AlertError
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		cert      x509.CertificateInvalidError
	)
	return errors.As(err, &verify) || errors.As(err, &header) || errors.As(err, &alert) ||
		errors.As(err, &authority) || errors.As(err, &host) || errors.As(err, &cert)
}

// refusedBy is the name of the index in the server's answer to a duplicate, ""
// if it does not say. The rest of that answer holds the value.
func refusedBy(err error) string {
	var message string
	var write mongo.WriteException
	var one mongo.WriteError
	var command mongo.CommandError
	switch {
	case errors.As(err, &write) && len(write.WriteErrors) > 0:
		message = write.WriteErrors[0].Message
	case errors.As(err, &one):
		message = one.Message
	case errors.As(err, &command):
		message = command.Message
	}
	_, after, found := strings.Cut(message, " index: ")
	if !found {
		return ""
	}
	name, _, _ := strings.Cut(after, " ")
	return name
}

// mongoCause is what logs may see of an error: types, codes and their names.
func mongoCause(err error) error {
	var command mongo.CommandError
	var write mongo.WriteException
	switch {
	case errors.As(err, &command):
		return fmt.Errorf("mongodb: code %d %s %v", command.Code, command.Name, command.Labels)
	case errors.As(err, &write) && write.WriteConcernError != nil:
		return fmt.Errorf("mongodb: write concern error, code %d %s", write.WriteConcernError.Code, write.WriteConcernError.Name)
	case errors.As(err, &write) && len(write.WriteErrors) > 0:
		return fmt.Errorf("mongodb: write error, code %d", write.WriteErrors[0].Code)
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	}
	return fmt.Errorf("mongodb: %T", err)
}
