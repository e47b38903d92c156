use aws_sdk_sns::{Client, types::MessageAttributeValue};
use domain::{Error, Message, Notifier, PackageName, Result};

use crate::{
    Aws,
    aws::Lazy,
    error::{failed, incomplete},
};

/// A topic of SNS. The attributes `package`, `verdict` and `requester` serve the filters of subscriptions.
#[derive(Debug)]
pub struct Topic {
    aws: Aws,
    client: Lazy<Client>,
    arn: String,
}

impl Topic {
    pub(crate) fn new(aws: Aws, arn: String) -> Self {
        Self { aws, client: Lazy::default(), arn }
    }
}

impl Notifier for Topic {
    async fn deliver(&self, message: &Message) -> Result<()> {
        let call = format!("cannot publish {:?} to {}", message.subject, self.arn);
        let client = self.client.get(&self.aws, Client::new).await;
        let mut request =
            client.publish().topic_arn(&self.arn).subject(&message.subject).message(&message.body);
        let attributes = [
            ("package", message.package.as_ref().map_or("", PackageName::as_str)),
            ("verdict", message.verdict),
            ("requester", message.requester.as_str()),
        ];
        // SNS refuses an empty value.
        for (name, value) in attributes.into_iter().filter(|(_, value)| !value.is_empty()) {
            let value = MessageAttributeValue::builder().data_type("String").string_value(value).build();
            request = request.message_attributes(name, value.map_err(|e| Error::rejected(&call).because(e))?);
        }
        let answer = request.send().await.map_err(|error| failed(&call, error))?;
        match answer.message_id() {
            Some(id) if !id.is_empty() => Ok(()),
            _ => Err(incomplete(call, "the message's id")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Reply, Server};

    const ANSWER: &str = "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult>\
        <MessageId>m-1</MessageId></PublishResult></PublishResponse>";

    fn message(requester: &str) -> Message {
        Message {
            id: "1".into(),
            subject: "Approved: clean".into(),
            body: "body".into(),
            package: Some(PackageName::parse("clean").unwrap()),
            verdict: "approved",
            requester: requester.into(),
        }
    }

    #[tokio::test]
    async fn empty_attribute_is_left_out() {
        let server = Server::start(|_| Reply::xml(ANSWER)).await;
        let topic = server.aws().await.topic("arn:topic");
        topic.deliver(&message("")).await.unwrap();
        topic.deliver(&message("ada")).await.unwrap();
        let [without, with] = [0, 1].map(|n| server.seen()[n].text());
        assert!(without.contains("verdict") && without.contains("package") && !without.contains("requester"));
        assert!(with.contains("requester") && with.contains("ada"));
    }

    #[tokio::test]
    async fn message_without_an_id_was_not_delivered() {
        for body in ["", "<PublishResponse><PublishResult></PublishResult></PublishResponse>", "{}", "<<<"] {
            let server = Server::start(move |_| Reply::xml(body)).await;
            let error = server.aws().await.topic("arn:topic").deliver(&message("")).await.unwrap_err();
            assert_eq!(error.name(), "Rejected", "{body}: {}", error.chain());
        }
    }
}
